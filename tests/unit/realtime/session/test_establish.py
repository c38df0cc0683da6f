"""The order of effects in which a connection and a subscription come to life, without any I/O."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fanwire.errors import BadCommand, InsufficientState, InternalError, PermissionDenied, TokenExpired
from fanwire.realtime.ports import Allowed, Snapshot
from fanwire.realtime.protocol.stream import Publication, StreamPosition
from fanwire.realtime.session import effects as ask
from fanwire.realtime.session.effects import Later
from fanwire.realtime.session.state import State
from fanwire.realtime.session.subscription import BROKEN, DOUBTED, MAX_HELD
from fanwire.settings import ClientSettings, Settings
from fanwire.testing import FakeClock
from tests.unit.realtime.session.script import Script, between

BARE = Settings(client=ClientSettings(user_channels=()))


@pytest.fixture
def script(clock: FakeClock) -> Script:
    """A session that is connected and has no subscriptions."""
    script = Script(clock, BARE)
    script.command(connect={"token": "t"})
    return script


def later(names: list[str]) -> list[str]:
    return [name for name in names if issubclass(getattr(ask, name), Later)]


def test_connect_without_channels(clock: FakeClock) -> None:
    script = Script(clock, BARE)
    assert script.command(connect={"token": "t"}) == ["Authenticate", "Admit", "Beat", "Expire", "Send"]
    assert script.session.state is State.CONNECTED


def test_connect_with_channels_answers_once_all_are_read_and_then_goes_live(clock: FakeClock) -> None:
    script = Script(clock)
    names = script.command(connect={"token": "t"})
    assert names.count("Enlist") == 2
    assert names.index("Send") > max(i for i, name in enumerate(names) if name in ("ReadStream", "ReadSnapshot"))
    assert names[names.index("Send") + 1 :] == ["GoLive", "GoLive"]


def test_a_refused_connect_withdraws_before_it_answers(clock: FakeClock) -> None:
    script = Script(clock, BARE)
    script.answer(ask.Authenticate, TokenExpired())
    assert script.command(connect={"token": "t"}) == ["Authenticate", "Withdraw", "Beat", "Refuse"]
    assert script.session.state is State.REFUSED
    assert script.command(subscribe={"channel": "creator:x"}) == [], "nothing is read any more"


def test_a_subscription_is_enlisted_before_anything_is_read(script: Script) -> None:
    names = ["Enlist", "OpenFeeds", "Authorize", "ReadStream", "Send", "GoLive"]
    assert script.command(subscribe={"channel": "creator:x"}) == names


def test_access_is_asked_for_once_the_subscription_is_enlisted(script: Script) -> None:
    assert script.command(subscribe={"channel": "post:1"}) == [
        "Enlist",
        "OpenFeeds",
        "Authorize",
        "ReadStream",
        "AddPresence",
        "Send",
        "GoLive",
    ]


def test_nothing_waits_between_the_last_answer_and_going_live(script: Script) -> None:
    names = script.command(subscribe={"channel": "post:1"})
    assert later(between(names, "AddPresence", "GoLive")) == []


def test_a_doubt_while_presence_is_entered_asks_again(script: Script) -> None:
    handling_names = _doubting(script, ask.AddPresence)
    assert handling_names[-3:] == ["Authorize", "Send", "GoLive"]


def test_a_doubt_that_is_confirmed_leaves_nothing(script: Script) -> None:
    script.answer(ask.Authorize, Allowed(), PermissionDenied("no grant"))
    names = _doubting(script, ask.AddPresence)
    assert names[-3:] == ["Authorize", "Dismiss", "Refuse"]
    assert (script.session.subscriptions, script.hub.subscriptions) == ({}, 0)


def _doubting(script: Script, at: type) -> list[str]:
    """Subscribe to a post; a change of access is heard of at the effect ``at``."""

    def doubt(effect: object) -> object:
        if isinstance(effect, at):
            for subscription in script.session.subscriptions.values():
                subscription.flags |= DOUBTED
        return original(effect)  # type: ignore[arg-type]

    original = script._result
    script._result = doubt  # type: ignore[method-assign]
    return script.command(subscribe={"channel": "post:1"})


def test_a_failure_at_any_point_leaves_nothing(clock: FakeClock) -> None:
    for effect in (ask.OpenFeeds, ask.Authorize, ask.ReadStream, ask.AddPresence):
        script = Script(clock, BARE)
        script.command(connect={"token": "t"})
        script.answer(effect, InternalError())
        names = script.command(subscribe={"channel": "post:1"})
        assert names[-1] == "Refuse"
        assert (script.session.subscriptions, script.hub.subscriptions) == ({}, 0), effect


def test_access_until_sets_the_timer(script: Script, clock: FakeClock) -> None:
    script.answer(ask.Authorize, Allowed(datetime.fromtimestamp(clock.wall() + 7, UTC)))
    names = script.command(subscribe={"channel": "post:1"})
    assert names[-2:] == ["GoLive", "Lapse"]
    [lapse] = [effect for effect in script.effects if isinstance(effect, ask.Lapse)]
    assert lapse.delay == pytest.approx(7)


def test_held_publications_go_out_behind_the_reply(script: Script) -> None:
    script.answer(ask.ReadStream, ([], StreamPosition(2, "epoch")))

    def publish() -> None:
        for offset in (2, 3):
            script.hub.publish("creator:x", Publication(b"%d" % offset, offset), "epoch")

    _at(script, ask.ReadStream, publish)
    script.command(subscribe={"channel": "creator:x"})
    [live] = [effect for effect in script.effects if isinstance(effect, ask.GoLive)]
    assert live.position == StreamPosition(3, "epoch")
    assert [held.publication.offset for held in live.held] == [3]


def test_a_gap_between_history_and_what_was_held_ends_the_connection(script: Script) -> None:
    _at(script, ask.ReadStream, lambda: script.hub.publish("creator:x", Publication(b"9", 9), "epoch"))
    with pytest.raises(InsufficientState):
        script.command(subscribe={"channel": "creator:x"})


def test_too_much_held_counts_as_a_gap(script: Script) -> None:
    def flood() -> None:
        for offset in range(1, MAX_HELD + 2):
            script.hub.publish("creator:x", Publication(b"1", offset), "epoch")

    _at(script, ask.ReadStream, flood)
    with pytest.raises(InsufficientState):
        script.command(subscribe={"channel": "creator:x"})
    [subscription] = script.session.subscriptions.values()
    assert subscription.flags & BROKEN
    assert len(subscription.held or ()) == MAX_HELD


def _at(script: Script, at: type, act: object) -> None:
    original = script._result

    def result(effect: object) -> object:
        if isinstance(effect, at):
            act()  # type: ignore[operator]
        return original(effect)  # type: ignore[arg-type]

    script._result = result  # type: ignore[method-assign]


def test_a_snapshot_is_read_until_it_is_settled(clock: FakeClock) -> None:
    script = Script(clock)
    script.answer(ask.ReadSnapshot, Snapshot(b'"first"', 1, 1), Snapshot(b'"second"', 2, 2))
    script.answer(ask.Settle, False, True)
    names = script.command(connect={"token": "t"})
    start = names.index("TakeSeat")
    assert names[start : start + 6] == ["TakeSeat", "ReadSnapshot", "Settle", "OpenFeeds", "ReadSnapshot", "Settle"]
    [reply] = script.sent()
    assert bytes(reply.connect.subs["notifications:anna"].data) == b'"second"'


@pytest.mark.parametrize("state", [State.FRESH, State.CONNECTED])
def test_what_a_state_does_not_accept_is_a_bad_command(clock: FakeClock, state: State) -> None:
    script = Script(clock, BARE)
    wrong = {"subscribe": {"channel": "creator:x"}}
    if state is State.CONNECTED:
        script.command(connect={"token": "t"})
        wrong = {"connect": {}}
    with pytest.raises(BadCommand):
        script.command(**wrong)
