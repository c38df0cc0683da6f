"""Positions of live subscriptions: a gap is never silent."""

from __future__ import annotations

import pytest

from fanwire.brokers.base import HistoryFilter, Publication, StreamPosition
from fanwire.settings import Namespace
from fanwire.testing import FakeClock
from tests.unit.realtime.brokers import UnreliableBroker
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Peer, Site

INSUFFICIENT = {"code": 2500, "reason": "insufficient state"}
ALL = HistoryFilter(limit=-1)
LOOSE = Namespace(name="loose", access="open", history_size=9, history_ttl=600)


@pytest.fixture
def broker(clock: FakeClock) -> UnreliableBroker:
    return UnreliableBroker(clock)


@pytest.fixture
async def site(make_site: MakeSite, broker: UnreliableBroker) -> Site:
    return await make_site(settings(LOOSE), broker=broker)


def ends(peer: Peer, channel: str = "creator:x") -> list[object]:
    return [push["unsubscribe"] for push in peer.pushes(channel) if "unsubscribe" in push]


async def test_a_gap_ends_a_client_side_subscription_with_2500(site: Site, broker: UnreliableBroker) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    await site.publish("creator:x", 1)
    broker.delivery.lose = 1
    await site.publish("creator:x", 2)
    await site.publish("creator:x", 3)
    assert ends(peer) == [INSUFFICIENT]
    assert peer.data("creator:x") == [1], "with what is behind the gap the client would move beyond it"
    assert peer.code is None
    recovered = await peer.subscribe("creator:x", recover=True, offset=1)
    assert [one["data"] for one in recovered["publications"]] == [2, 3]


async def test_a_gap_in_a_server_side_subscription_closes_with_3010(site: Site, broker: UnreliableBroker) -> None:
    peer = await site.connected()
    await site.publish("feed:anna", 1)
    broker.delivery.lose = 1
    await site.publish("feed:anna", 2)
    await site.publish("feed:anna", 3)
    assert (peer.code, peer.data("feed:anna")) == (3010, [1])


async def test_a_new_epoch_ends_positioned_subscriptions(site: Site, broker: UnreliableBroker) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    await site.publish("creator:x", 1)
    site.clock.advance(40 * 86_400)
    await site.publish("creator:x", "reborn")
    assert (peer.data("creator:x"), ends(peer)) == ([1], [INSUFFICIENT])


async def test_what_was_delivered_before_is_dropped(site: Site, broker: UnreliableBroker) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    for number in (1, 2):
        await site.publish("creator:x", number)
    old, top = await broker.history("creator:x", ALL)
    broker.delivery.on_publication("creator:x", old[0], top)
    assert peer.data("creator:x") == [1, 2]
    assert ends(peer) == []


async def test_subscriptions_without_positions_live_through_a_gap(site: Site, broker: UnreliableBroker) -> None:
    peer = await site.connected()
    await peer.subscribe("loose:1")
    await site.publish("loose:1", 1)
    broker.delivery.lose = 1
    await site.publish("loose:1", 2)
    await site.publish("loose:1", 3)
    assert (peer.data("loose:1"), ends(peer, "loose:1")) == ([1, 3], [])


async def test_publications_without_an_offset_are_no_gap(site: Site, broker: UnreliableBroker) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    await site.publish("creator:x", 1)
    await site.publish("creator:x", "loud", skip_history=True)
    await site.publish("creator:x", 2)
    assert peer.data("creator:x") == [1, "loud", 2]


async def test_the_last_publication_lost_is_noticed_by_the_sweep(site: Site, broker: UnreliableBroker) -> None:
    """Nothing follows that would show the gap: only a look at the stream's top can."""
    peer = await site.connected()
    await peer.subscribe("creator:x")
    await site.publish("creator:x", 1)
    broker.delivery.lose = 1
    await site.publish("creator:x", 2)
    for _ in range(4):
        site.pass_time(27.1)
        await peer.idle()
        peer.write(b"{}")
    assert ends(peer) == [INSUFFICIENT]


async def test_a_publication_on_its_way_is_not_taken_for_lost(site: Site, broker: UnreliableBroker) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    await site.publish("creator:x", 1)
    broker.delivery.late = True
    await site.publish("creator:x", 2)
    site.pass_time(27.1)
    await peer.idle()
    broker.delivery.release()
    peer.write(b"{}")
    site.pass_time(27.1)
    await peer.idle()
    assert (peer.data("creator:x"), ends(peer)) == ([1, 2], [])


async def test_a_stream_that_was_replaced_in_silence_is_noticed_by_the_sweep(
    site: Site, broker: UnreliableBroker
) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    await broker.stop()
    await broker.start(site.node)
    site.pass_time(27.1)
    await peer.idle()
    assert peer.code == 3010, "feed:anna is server-side"


async def test_a_newcomer_behind_the_channel_ends_the_others(site: Site, broker: UnreliableBroker) -> None:
    """The broker came back with an older state: what the others hold is no part of the stream any more."""
    anna, boris = await site.connected("anna"), await site.connected("boris")
    await anna.subscribe("creator:x")
    for number in (1, 2, 3):
        await site.publish("creator:x", number)
    _, top = await broker.history("creator:x", ALL)
    back = broker.top = StreamPosition(1, top.epoch)
    result = await boris.subscribe("creator:x")
    assert (result["offset"], ends(anna), ends(boris)) == (1, [INSUFFICIENT], [])
    broker.delivery.on_publication("creator:x", Publication(b'"new 2"', 2), StreamPosition(2, back.epoch))
    assert boris.data("creator:x") == ["new 2"]
