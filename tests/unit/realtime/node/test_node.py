"""The node's life: start, refusals, numbers, drain, stop, and brokers that take their time."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from fanwire.brokers.memory import MemoryBroker
from fanwire.errors import ConfigurationError, InappropriateProtocol, Shutdown
from fanwire.realtime.link import Handshake
from fanwire.settings import ClientSettings, Namespace, Settings
from fanwire.testing import FakeClock
from tests.unit.realtime.brokers import SlowBroker
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Buffer, FakeLink, Site

Lines = list[MutableMapping[str, Any]]


async def test_a_user_channel_without_its_namespace_is_an_error_at_start(clock: FakeClock) -> None:
    configured = Settings(client=ClientSettings(user_channels=("notifications", "diary")))
    with pytest.raises(ConfigurationError, match=r"client\.user_channels .*'diary'"):
        Site(clock, configured)


@pytest.mark.parametrize("query", ["format=protobuf", "cf_protocol=protobuf", "a=1&format=protobuf"])
async def test_a_format_that_is_not_spoken_is_refused(site: Site, query: str) -> None:
    link = FakeLink(Buffer(site.flusher))
    with pytest.raises(InappropriateProtocol):
        site.node.session_factory(link, Handshake("/", query=query))
    with pytest.raises(InappropriateProtocol):
        site.node.session_factory(link, Handshake("/", subprotocol="centrifuge-protobuf"))
    site.node.session_factory(link, Handshake("/", query="format=json", subprotocol="centrifuge-json"))


async def test_stats_count_what_happens(site: Site) -> None:
    anna, boris = await site.connected("anna"), await site.connected("boris")
    for peer in (anna, boris):
        await peer.subscribe("creator:x")
    await anna.refused(subscribe={"channel": "nowhere:1"})
    await site.publish("creator:x", 1)
    await site.publish("creator:nobody", 1)
    boris.hang_up()
    anna.write(b"{}")
    stats = site.node.stats()
    assert (stats.connections, stats.users, stats.channels, stats.subscriptions, stats.opened) == (0, 0, 0, 0, 2)
    assert (stats.messages_in, stats.messages_out) == (6, 5)
    assert (stats.publications, stats.deliveries) == (1, 2)
    assert (stats.closes, stats.errors, stats.unsubscribes) == ({1000: 1, 3501: 1}, {102: 1}, {})


async def test_a_connection_that_ended_hears_and_says_nothing(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    peer.hang_up()
    peer.forget()
    await site.publish("creator:x", 1)
    peer.write(b'{"id":7,"subscribe":{"channel":"creator:y"}}')
    peer.handler.drain()
    await peer.idle()
    assert (peer.read(), peer.code) == ([], None)


async def test_a_connection_may_end_while_its_command_waits(make_site: MakeSite, clock: FakeClock) -> None:
    """At whatever point it ends, nothing of it stays behind."""
    site = await make_site(broker=SlowBroker(clock))
    site.snapshots.streams = {"creator:eva"}
    for turns in range(40):
        peer = site.peer()
        peer.write(b'{"id":1,"connect":{"token":"anna"}}\n{"id":2,"subscribe":{"channel":"post:1"}}')
        for _ in range(turns):
            await asyncio.sleep(0)
        peer.hang_up()
        await peer.idle()
        await peer.idle()
        stats = site.node.stats()
        assert (stats.connections, stats.channels, stats.audiences, stats.subscriptions) == (0, 0, 0, 0), turns
        assert await site.node.presence("post:1") == {}
        assert (vars(site.broker)["_subscribed"], len(site.node._core.feeds)) == (set(), 0), turns


async def test_commands_wait_for_the_one_before(make_site: MakeSite, clock: FakeClock) -> None:
    chat = Namespace(name="chat", access="open", history_size=9, history_ttl=60)
    site = await make_site(settings(chat), broker=SlowBroker(clock))
    peer = await site.connected()
    for _ in range(5):
        peer.command(subscribe={"channel": "chat:1"})
        peer.command(unsubscribe={"channel": "chat:1"})
    last = peer.command(subscribe={"channel": "chat:1"})
    assert "subscribe" in await peer.reply(last)
    assert [message["id"] for message in peer.messages] == list(range(1, 13))
    assert not [message for message in peer.messages if "error" in message]
    await site.publish("chat:1", 1)
    assert peer.data("chat:1") == [1]


async def test_our_own_mistake_ends_one_connection_with_3004(
    site: Site, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fanwire.realtime.protocol.model import Kind
    from fanwire.realtime.session import dispatch

    def broken(session: object, command: object) -> Any:
        if command is not None:
            raise ZeroDivisionError
        yield

    peer, other = await site.connected(), await site.connected("boris")
    monkeypatch.setitem(dispatch.HANDLERS, Kind.RPC, broken)
    peer.command(rpc={"method": "x"})
    assert (peer.code, other.code) == (3004, None)
    assert [line["event"] for line in lines] == ["session_failed"]


async def test_a_handler_of_ours_that_fails_is_answered_with_100(make_site: MakeSite, lines: Lines) -> None:
    class Broken:
        async def rpc(self, caller: object, method: str, data: bytes) -> bytes:
            raise ZeroDivisionError

    site = await make_site(rpc=Broken())
    peer = await site.connected()
    assert await peer.refused(rpc={"method": "x"}) == 100
    assert [line["event"] for line in lines] == ["effect_failed"]


# --- the end


async def test_a_drain_closes_everybody_with_3001_and_accepts_nobody(site: Site) -> None:
    peers = [await site.connected() for _ in range(5)]
    fresh = site.peer()
    await site.node.drain(0)
    assert {peer.code for peer in (*peers, fresh)} == {3001}
    with pytest.raises(Shutdown):
        site.peer()
    assert site.node.stats().connections == 0


async def test_a_drain_is_spread_over_its_window(site: Site) -> None:
    peers = [await site.connected() for _ in range(4)]
    drain = asyncio.ensure_future(site.node.drain(0.1))
    await asyncio.sleep(0)
    assert sum(peer.code == 3001 for peer in peers) == 2
    await drain
    assert sum(peer.code == 3001 for peer in peers) == 4


async def test_a_drain_of_nobody_returns(site: Site) -> None:
    await site.node.drain(0)


async def test_stop_closes_what_is_left(make_site: MakeSite, clock: FakeClock) -> None:
    site = await make_site(broker=SlowBroker(clock))
    waiting = site.peer()
    waiting.command(connect={"token": "anna"})
    peer = await site.connected()
    await site.node.stop()
    assert (peer.code, waiting.code) == (3001, 3001)


# --- the wheel and the broker's promise


async def test_the_node_keeps_time_by_itself(site: Site) -> None:
    peer = site.peer()
    site.clock.advance(11)
    async with asyncio.timeout(5):
        while peer.code is None:
            await asyncio.sleep(0.01)
    assert peer.code == 3502


async def test_the_memory_broker_never_waits() -> None:
    """A node runs it on the spot, and so is in its audiences before the relay's next frame."""
    assert MemoryBroker.immediate


async def test_a_broker_that_breaks_that_promise_is_found_out(make_site: MakeSite, clock: FakeClock) -> None:
    class Liar(SlowBroker):
        immediate = True

    site = await make_site(broker=Liar(clock))
    peer = site.peer()
    assert await peer.refused(connect={"token": "anna"}) == 100
