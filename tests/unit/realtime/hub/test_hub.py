"""Fan-out: one encoding per wire, one append per subscriber, floors where there are floors."""

from __future__ import annotations

import random

import pytest

from fanwire.realtime.hub.hub import NONE
from fanwire.realtime.protocol.stream import ClientInfo, Publication, StreamPosition
from fanwire.realtime.protocol.wire import WebSocketJson
from fanwire.realtime.session.subscription import LIVE, POSITIONED, PUSH_JOIN_LEAVE, Held, Subscription
from tests.unit.realtime.hub.conftest import Bench, got


class CountingWire(WebSocketJson):
    """Counts what it encodes."""

    __slots__ = ("encoded",)

    def __init__(self) -> None:
        super().__init__()
        self.encoded = 0

    def publication(self, channel: str, publication: Publication, epoch: str) -> bytes:
        self.encoded += 1
        return super().publication(channel, publication, epoch)

    def shared(self, publication: Publication, epoch: str) -> bytes:
        self.encoded += 1
        return super().shared(publication, epoch)


def test_a_publication_is_encoded_once_per_wire_and_shared(bench: Bench) -> None:
    first, second = CountingWire(), CountingWire()
    subscriptions = [bench.live("c", wire=wire) for wire in (first, second) for _ in range(50)]
    assert bench.publish("c") is NONE
    assert (first.encoded, second.encoded) == (1, 1)
    assert len({id(subscription.outbound.frames[0]) for subscription in subscriptions}) == 2
    assert (bench.hub.publications, bench.hub.deliveries) == (1, 100)


def test_a_channel_without_subscribers_encodes_nothing(bench: Bench) -> None:
    wire = CountingWire()
    bench.pending("c", wire=wire)
    bench.publish("c")
    bench.publish("nowhere")
    assert wire.encoded == 0


def test_an_outbound_is_marked_once_per_tick(bench: Bench) -> None:
    subscriptions = [bench.live("c") for _ in range(3)]
    for number in range(1, 4):
        bench.publish("c", data=number)
    assert (bench.flushes, len(bench.flusher.dirty)) == (1, 3)
    assert [got(subscription) for subscription in subscriptions] == [[1, 2, 3]] * 3


def test_subscriptions_leave_in_any_order(bench: Bench) -> None:
    rng = random.Random(7)
    here = [bench.live("c") for _ in range(40)]
    gone: list[Subscription] = []
    while here:
        leaving = here.pop(rng.randrange(len(here)))
        gone.append(leaving)
        idle = bench.hub.remove(leaving)
        assert idle == ([] if here else ["c"])
        bench.publish("c", data=len(here))
        if here:
            [group] = bench.hub.channels["c"].groups
            assert sorted(map(id, group.subscriptions)) == sorted(map(id, here))
            assert [one.outbound for one in group.subscriptions] == group.outbounds
            assert [one.place for one in group.subscriptions] == list(range(len(here)))
    assert (bench.hub.channels, bench.hub.subscriptions) == ({}, 0)
    assert got(gone[0]) == []


def test_removing_twice_changes_nothing(bench: Bench) -> None:
    first, second = bench.live("c"), bench.live("c")
    bench.hub.remove(first)
    assert bench.hub.remove(first) == []
    assert (bench.hub.subscriptions, second.place) == (1, 0)


def test_a_pending_subscription_gets_nothing_until_it_is_live(bench: Bench) -> None:
    subscription = bench.pending("c")
    bench.publish("c", data="early")
    assert (got(subscription), len(subscription.held or ())) == ([], 1)
    bench.hub.go_live(subscription, None, subscription.held or ())
    bench.publish("c", data="late")
    assert (got(subscription), subscription.held, bool(subscription.flags & LIVE)) == (["early", "late"], None, True)


def test_a_pending_subscription_can_be_removed(bench: Bench) -> None:
    subscription = bench.pending("c")
    assert bench.hub.remove(subscription) == ["c"]
    assert bench.hub.subscriptions == 0


# --- positions


def at(offset: int, epoch: str = "epoch") -> StreamPosition:
    return StreamPosition(offset, epoch)


def test_the_next_offset_passes_and_an_old_one_is_dropped(bench: Bench) -> None:
    subscription = bench.live("c", POSITIONED, at(5))
    for offset in (4, 5, 6, 6, 7):
        assert bench.publish("c", offset) is NONE
    assert got(subscription) == [6, 7]


@pytest.mark.parametrize(("offset", "epoch"), [(7, "epoch"), (6, "other"), (1, "other")])
def test_a_gap_or_another_epoch_loses_those_with_positions_and_only_them(bench: Bench, offset: int, epoch: str) -> None:
    placed, loose = bench.live("c", POSITIONED, at(5)), bench.live("c")
    casualties = bench.publish("c", offset, epoch)
    assert list(casualties.lost) == [placed]
    assert (got(placed), got(loose)) == ([], [offset])


def test_a_newcomer_ahead_of_the_channel_skips_what_it_has(bench: Bench) -> None:
    early = bench.live("c", POSITIONED, at(5))
    late = bench.live("c", POSITIONED, at(7))
    channel = bench.hub.channels["c"]
    assert (channel.offset, channel.floored) == (5, 1)
    for offset in (6, 7, 8, 9):
        bench.publish("c", offset)
    assert (got(early), got(late)) == ([6, 7, 8, 9], [8, 9])
    assert channel.floored == 0, "back on the fast path"


def test_a_floor_leaves_with_its_subscription(bench: Bench) -> None:
    bench.live("c", POSITIONED, at(5))
    late = bench.live("c", POSITIONED, at(7))
    bench.hub.remove(late)
    assert bench.hub.channels["c"].floored == 0


def test_a_newcomer_behind_the_channel_loses_the_others(bench: Bench) -> None:
    early = bench.live("c", POSITIONED, at(5))
    late = bench.pending("c", POSITIONED)
    assert list(bench.hub.go_live(late, at(3), ())) == [early]
    assert bench.hub.channels["c"].position == at(3)


def test_the_first_subscriber_brings_the_position(bench: Bench) -> None:
    bench.hub.remove(bench.live("c", POSITIONED, at(5)))
    subscription = bench.live("c", POSITIONED, at(9, "new"))
    bench.publish("c", 10, "new")
    assert got(subscription) == [10]


# --- versions


def test_a_version_floor_rises_with_what_was_delivered(bench: Bench) -> None:
    subscription = bench.pending("c")
    subscription.version_floor = 5
    bench.hub.go_live(subscription, None, ())
    for version in (4, 5, 7, 6, 7, 8, 0):
        bench.publish("c", version=version, data=version)
    assert got(subscription) == [7, 8, 0]
    assert bench.hub.channels["c"].floored == 1


def test_held_versions_are_compared_too(bench: Bench) -> None:
    subscription = bench.pending("c")
    subscription.version_floor = 5
    held = [Held(Publication(b"%d" % version, version=version), "") for version in (5, 6, 6, 7)]
    bench.hub.go_live(subscription, None, held)
    assert got(subscription) == [6, 7]


# --- joins


def test_joins_reach_those_who_listen(bench: Bench) -> None:
    listener, other = bench.live("c", PUSH_JOIN_LEAVE), bench.live("c")
    bench.hub.tell_join("c", ClientInfo("boris", "2"))
    bench.hub.tell_leave("c", ClientInfo("boris", "2"))
    bench.hub.tell_leave("nowhere", ClientInfo("boris", "2"))
    assert (len(listener.outbound.frames), len(other.outbound.frames)) == (2, 0)
    bench.hub.remove(listener)
    assert bench.hub.channels["c"].listeners == 0


def test_what_a_wire_cannot_carry_ends_its_subscribers_and_no_others(bench: Bench) -> None:
    class Anything(WebSocketJson):
        def publication(self, channel: str, publication: Publication, epoch: str) -> bytes:
            return publication.data

    strict, lax = bench.live("c"), bench.live("c", wire=Anything())
    casualties = bench.hub.publish("c", Publication(b"\x00"), "")
    assert list(casualties.unreadable) == [strict]
    assert lax.outbound.frames == [b"\x00"]


def test_a_crowd_that_waits_is_not_copied_for_each_newcomer(bench: Bench) -> None:
    """After a restart a whole audience subscribes at once: that must not cost the square of its size."""
    subscriptions = [bench.pending("c")]
    waiting = bench.hub.channels["c"].pending
    subscriptions += [bench.pending("c") for _ in range(100)]
    assert bench.hub.channels["c"].pending is waiting
    bench.publish("c", data="held")
    for subscription in subscriptions[:50]:
        bench.hub.remove(subscription)
    for subscription in subscriptions[50:]:
        bench.hub.go_live(subscription, None, subscription.held or ())
    assert [got(subscription) for subscription in subscriptions] == [[]] * 50 + [["held"]] * 51
    bench.live("other")
    assert bench.hub.channels["c"].pending is bench.hub.channels["other"].pending, "no memory where nobody waits"
