"""Coming back with a position (PROTOCOL.md section 1, recovery rules)."""

from __future__ import annotations

import pytest

from fanwire.brokers.base import HistoryFilter, PublishOptions
from fanwire.settings import Namespace
from fanwire.testing import FakeClock
from tests.unit.realtime.brokers import UnreliableBroker
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Json, Peer, Site

SHORT = Namespace(name="short", access="open", history_size=3, history_ttl=600, force_recovery=True)
ASKED = Namespace(name="asked", access="open", history_size=3, history_ttl=600, allow_recovery=True)
PLACED = Namespace(name="placed", access="open", history_size=3, history_ttl=600, force_positioning=True)
BARE = Namespace(name="bare", access="open", force_recovery=True)


@pytest.fixture
async def site(make_site: MakeSite) -> Site:
    return await make_site(settings(SHORT, ASKED, PLACED, BARE))


async def publish(site: Site, count: int, channel: str = "short:1", start: int = 1) -> str:
    """Publish numbers; returns the stream's epoch."""
    for number in range(start, start + count):
        await site.publish(channel, number)
    _, top = await site.broker.history(channel, HistoryFilter())
    return top.epoch


async def back(site: Site, channel: str = "short:1", **request: object) -> tuple[Peer, Json]:
    peer = await site.connected()
    return peer, await peer.subscribe(channel, recover=True, **request)


def numbers(result: Json) -> list[int]:
    return [publication["data"] for publication in result.get("publications", ())]


async def test_what_was_missed_comes_in_the_reply_and_the_offset_is_the_one_asked_for(site: Site) -> None:
    epoch = await publish(site, 5)
    _, result = await back(site, offset=3, epoch=epoch)
    assert numbers(result) == [4, 5]
    assert [one["offset"] for one in result["publications"]] == [4, 5]
    assert (result["recovered"], result["was_recovering"], result["offset"]) == (True, True, 3)
    assert (result["epoch"], result["recoverable"], result["positioned"]) == (epoch, True, True)


async def test_nothing_missed_is_recovered_too(site: Site) -> None:
    epoch = await publish(site, 5)
    _, result = await back(site, offset=5, epoch=epoch)
    assert (result["recovered"], numbers(result), result["offset"]) == (True, [], 5)


async def test_past_the_window_nothing_is_recovered_and_the_offset_is_the_top(site: Site) -> None:
    epoch = await publish(site, 5)
    _, result = await back(site, offset=1, epoch=epoch)
    assert "recovered" not in result
    assert "publications" not in result
    assert (result["was_recovering"], result["offset"], result["epoch"]) == (True, 5, epoch)


async def test_a_foreign_epoch_is_not_recovered(site: Site) -> None:
    await publish(site, 5)
    _, result = await back(site, offset=4, epoch="foreign!")
    assert ("recovered" in result, result["offset"]) == (False, 5)


async def test_the_sentinel_epoch_never_recovers_even_an_empty_stream(site: Site) -> None:
    _, result = await back(site, offset=0, epoch="_")
    assert "recovered" not in result
    assert result["was_recovering"] is True


async def test_no_epoch_and_no_offset_reads_from_the_start_while_it_is_there(site: Site) -> None:
    await publish(site, 2)
    _, result = await back(site)
    assert (result["recovered"], numbers(result)) == (True, [1, 2])
    assert result["publications"][0]["epoch"] == result["epoch"]
    assert "epoch" not in result["publications"][1]
    await publish(site, 3, start=3)
    _, result = await back(site)
    assert "recovered" not in result


async def test_an_offset_beyond_the_top_is_not_recovered(site: Site) -> None:
    epoch = await publish(site, 2)
    _, result = await back(site, offset=9, epoch=epoch)
    assert ("recovered" in result, result["offset"]) == (False, 2)


async def test_a_gap_larger_than_the_limit_is_not_recovered_in_part(make_site: MakeSite) -> None:
    configured = settings(Namespace(name="long", access="open", history_size=500, history_ttl=60, force_recovery=True))
    site = await make_site(configured)
    epoch = await publish(site, 301, "long:1")
    assert (await back(site, "long:1", offset=1, epoch=epoch))[1]["recovered"] is True
    assert "recovered" not in (await back(site, "long:1", offset=0, epoch=epoch))[1]


async def test_a_client_may_ask_to_be_refused_instead(site: Site) -> None:
    epoch = await publish(site, 5)
    peer = await site.connected()
    lost = {"channel": "short:1", "recover": True, "offset": 1, "epoch": epoch, "flag": 3}
    assert await peer.refused(subscribe=lost) == 112
    assert await peer.refused(subscribe=lost | {"channel": "bare:1"}) == 112
    assert (await peer.subscribe("short:1", recover=True, offset=5, epoch=epoch, flag=3))["recovered"] is True


async def test_a_refused_recovery_leaves_nothing_behind(site: Site) -> None:
    epoch = await publish(site, 5)
    peer = await site.connected()
    await peer.refused(subscribe={"channel": "short:1", "recover": True, "offset": 1, "epoch": epoch, "flag": 2})
    await publish(site, 1)
    assert peer.publications("short:1") == []
    assert site.node.stats().subscriptions == 2


async def test_positions_only_where_the_namespace_keeps_history(site: Site) -> None:
    _, result = await back(site, "bare:1", offset=1, epoch="x")
    assert result == {"was_recovering": True}


async def test_positions_on_request_where_allowed(site: Site) -> None:
    peer = await site.connected()
    assert await peer.subscribe("asked:1") == {}
    assert (await peer.subscribe("asked:2", recoverable=True))["recoverable"] is True
    assert await peer.subscribe("asked:3", positioned=True) == {}
    placed = await peer.subscribe("placed:1", recover=True)
    assert (placed["positioned"], "recoverable" in placed, "recovered" in placed) == (True, False, False)


async def test_server_side_subscriptions_recover_through_connect(site: Site) -> None:
    epoch = await publish(site, 3, "feed:anna")
    peer = site.peer()
    result = await peer.connect("anna", subs={"feed:anna": {"recover": True, "offset": 1, "epoch": epoch}, "x": {}})
    assert numbers(result["subs"]["feed:anna"]) == [2, 3]
    assert result["subs"]["feed:anna"]["recovered"] is True
    await publish(site, 1, "feed:anna", start=4)
    assert peer.data("feed:anna") == [4]


async def test_what_is_published_while_the_history_is_read_comes_once_after_the_reply(
    make_site: MakeSite, clock: FakeClock
) -> None:
    broker = UnreliableBroker(clock)
    site = await make_site(settings(SHORT), broker=broker)
    epoch = await publish(site, 2)
    peer = await site.connected()
    broker.during_history.append(lambda: broker.publish_now("short:1", b"3"))
    result = await peer.subscribe("short:1", recover=True, offset=1, epoch=epoch)
    assert (numbers(result), peer.data("short:1")) == ([2], [3])
    assert [("id" in message, "push" in message) for message in peer.messages[-2:]] == [(True, False), (False, True)]


async def test_what_history_had_already_does_not_come_again_when_it_arrives_late(
    make_site: MakeSite, clock: FakeClock
) -> None:
    """A subscriber ahead of the channel's others: each gets every publication once."""
    broker = UnreliableBroker(clock)
    site = await make_site(settings(SHORT), broker=broker)
    early, late = await site.connected("anna"), await site.connected("boris")
    await early.subscribe("short:1")
    epoch = await publish(site, 1)
    broker.delivery.late = True
    await publish(site, 2, start=2)
    result = await late.subscribe("short:1", recover=True, offset=1, epoch=epoch)
    assert numbers(result) == [2, 3]
    broker.delivery.release()
    await publish(site, 1, start=4)
    assert early.data("short:1") == [1, 2, 3, 4]
    assert late.data("short:1") == [4]


async def test_a_stream_that_breaks_while_it_is_read_closes_with_3010(make_site: MakeSite, clock: FakeClock) -> None:
    broker = UnreliableBroker(clock)
    site = await make_site(settings(SHORT), broker=broker)
    peer = await site.connected()

    def lose_one() -> None:
        broker.delivery.lose = 1
        broker.publish_now("short:1", b"1")
        broker.publish_now("short:1", b"2")

    broker.during_history.append(lose_one)
    peer.command(subscribe={"channel": "short:1"})
    await peer.idle()
    assert peer.code == 3010


async def test_publications_without_an_offset_wait_their_turn(make_site: MakeSite, clock: FakeClock) -> None:
    broker = UnreliableBroker(clock)
    site = await make_site(settings(SHORT), broker=broker)
    peer = await site.connected()

    def mixed() -> None:
        broker.publish_now("short:1", b'"a"', history=0)
        broker.publish_now("short:1", b"1")
        broker.publish_now("short:1", b'"b"', history=0)

    broker.during_history.append(mixed)
    await peer.subscribe("short:1")
    assert peer.data("short:1") == ["a", 1, "b"]


async def test_a_publication_that_is_no_json_closes_with_3506(site: Site) -> None:
    peer, other = await site.connected(), await site.connected("boris")
    await peer.subscribe("short:1")
    await site.broker.publish("short:1", b"\x00binary", PublishOptions(history_size=3, history_ttl=600))
    assert peer.code == 3506
    other.command(subscribe={"channel": "short:1", "recover": True})
    await other.idle()
    assert other.code == 3506
