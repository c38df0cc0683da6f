"""Audiences: each member once, its own opening piece, the rest shared."""

from __future__ import annotations

import json

from fanwire.realtime.ports import Snapshot
from fanwire.realtime.protocol.stream import Publication
from fanwire.realtime.session.subscription import Subscription
from tests.unit.realtime.hub.conftest import Bench, got
from tests.unit.realtime.hub.test_hub import CountingWire
from tests.unit.realtime.peer import messages_of

STREAM = "creator:eva"


def member(bench: Bench, user: str, position: int = 0, **more: object) -> Subscription:
    subscription = bench.pending(f"notifications:{user}", user=user, **more)  # type: ignore[arg-type]
    bench.hub.seat(subscription)
    bench.hub.settle(subscription, Snapshot(b"{}", 0, position, frozenset({STREAM})), frozenset())
    bench.hub.go_live(subscription, None, subscription.held or ())
    return subscription


def publish(bench: Bench, version: int = 0) -> object:
    return bench.hub.publish_to_audience(STREAM, Publication(b"%d" % version, version=version))


def test_an_item_is_encoded_once_for_all_members(bench: Bench) -> None:
    wire = CountingWire()
    members = [member(bench, f"user-{number}", wire=wire) for number in range(100)]
    publish(bench, 1)
    assert (wire.encoded, bench.hub.deliveries) == (1, 100)
    assert len({id(one.outbound.frames[1]) for one in members}) == 1
    for number, one in enumerate(members):
        [message] = messages_of(b"".join(one.outbound.frames))
        assert json.loads(message) == {"push": {"channel": f"notifications:user-{number}", "pub": {"data": 1}}}


def test_members_skip_what_their_snapshot_holds(bench: Bench) -> None:
    early, late = member(bench, "anna", 3), member(bench, "boris", 5)
    for version in (3, 4, 5, 6, 0):
        publish(bench, version)
    assert (got(early), got(late)) == ([4, 5, 6, 0], [6, 0])


def test_the_slow_path_is_left_behind(bench: Bench) -> None:
    member(bench, "anna", 5)
    audience = bench.hub.audiences[STREAM]
    [wire] = audience.members
    assert audience.admitted(wire, Publication(b"1", version=6)) is audience.members[wire]
    assert audience.admitted(wire, Publication(b"1", version=5)) == {}


def test_items_are_held_for_a_member_that_is_not_live(bench: Bench) -> None:
    subscription = bench.pending("notifications:anna")
    bench.hub.seat(subscription)
    bench.hub.attach(subscription, STREAM)
    publish(bench, 3)
    publish(bench, 4)
    settled = bench.hub.settle(subscription, Snapshot(b"{}", 0, 3, frozenset({STREAM})), frozenset({STREAM}))
    assert settled.missed is False
    bench.hub.go_live(subscription, None, subscription.held or ())
    assert got(subscription) == [4]


def test_settle_says_what_may_have_been_missed(bench: Bench) -> None:
    member(bench, "boris")
    publish(bench, 7)
    subscription = bench.pending("notifications:anna")
    bench.hub.seat(subscription)
    behind = bench.hub.settle(subscription, Snapshot(b"{}", 0, 6, frozenset({STREAM})), frozenset())
    assert (behind.missed, behind.entered) == (True, ["@creator:eva"])
    again = bench.hub.settle(subscription, Snapshot(b"{}", 0, 7, frozenset({STREAM})), frozenset({STREAM}))
    assert (again.missed, again.entered) == (False, [])


def test_settle_follows_what_changed_while_the_snapshot_was_read(bench: Bench) -> None:
    subscription = bench.pending("notifications:anna")
    bench.hub.seat(subscription)
    seat = subscription.seat
    assert seat is not None
    for stream in ("gone", "left"):
        bench.hub.attach(subscription, stream)
    seat.changes = {"left": False, "joined": True}
    settled = bench.hub.settle(subscription, Snapshot(b"{}", 0, 0, frozenset({"left", "kept"})), frozenset())
    assert seat.streams == {"joined", "kept"}
    assert sorted(settled.idle) == ["@gone", "@left"]


def test_memberships_end_one_by_one_and_with_the_subscription(bench: Bench) -> None:
    first, second = member(bench, "anna"), member(bench, "boris")
    assert bench.hub.detach(first, STREAM) is False
    assert bench.hub.detach(first, STREAM) is False, "again"
    publish(bench, 1)
    assert (got(first), got(second)) == ([], [1])
    assert sorted(bench.hub.remove(second)) == ["@creator:eva", "notifications:boris"]
    assert bench.hub.audiences == {}
    publish(bench, 2)


def test_only_seats_become_members(bench: Bench) -> None:
    subscription = bench.live("notifications:anna")
    assert bench.hub.attach(subscription, STREAM) is None
    assert bench.hub.detach(subscription, STREAM) is False


def test_each_wire_has_its_members(bench: Bench) -> None:
    first, second = CountingWire(), CountingWire()
    members = [member(bench, "anna", wire=first), member(bench, "boris", wire=second)]
    publish(bench, 1)
    assert (first.encoded, second.encoded, [got(one) for one in members]) == (1, 1, [[1], [1]])
