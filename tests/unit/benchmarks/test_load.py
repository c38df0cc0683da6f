"""Both load clients against servers that tell the truth, and servers that lose, repeat or reorder."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
import pytest
from websockets.asyncio.server import ServerConnection, broadcast, serve

from benchmarks.client.build import load_command
from benchmarks.client.load import Arrivals, Load, LoadClient, LoadFailed, Reach, Target

SUBSCRIBERS = 20
Spread = Callable[["Room", str], Awaitable[None]]


class Room:
    """``spread`` decides what becomes of a publication."""

    def __init__(self, spread: Spread) -> None:
        self.listeners: list[ServerConnection] = []
        self.held: list[str] = []
        self._spread = spread

    async def enter(self, connection: ServerConnection) -> None:
        role = await connection.recv()
        if role == "subscriber":
            self.listeners.append(connection)
        await connection.send("ready")
        async for message in connection:
            if role == "publisher":
                await self._spread(self, str(message))


async def honest(room: Room, message: str) -> None:
    broadcast(room.listeners, message)


async def joining(room: Room, message: str) -> None:
    """Two publications in one message, as a server may send them, and the protocol's ping between."""
    room.held.append(message)
    if len(room.held) == 2:
        broadcast(room.listeners, "\n".join(room.held))
        broadcast(room.listeners, "{}")
        room.held.clear()


async def losing(room: Room, message: str) -> None:
    broadcast(room.listeners[1:], message)


async def repeating(room: Room, message: str) -> None:
    broadcast(room.listeners, message)
    broadcast(room.listeners[:1], message)


async def reordering(room: Room, message: str) -> None:
    room.held.append(message)
    if len(room.held) == 2:
        for listener in room.listeners:
            for one in room.held if listener is room.listeners[0] else reversed(room.held):
                await listener.send(one)
        room.held.clear()


@pytest.fixture(scope="module", params=["best", "python"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadClient:
    """The client that this machine would use, and the one without a compiler."""
    directory = tmp_path_factory.mktemp("load")
    slow = [sys.executable, "-m", "benchmarks.client.slow"]
    return LoadClient(load_command(directory)[0] if request.param == "best" else slow, directory)


@asynccontextmanager
async def room(spread: Spread) -> AsyncIterator[Target]:
    async with serve(Room(spread).enter, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield Target(port, "/", ("subscriber",), "ready", '{"pub":', "}", publish_hello="publisher")


async def arrivals(client: LoadClient, spread: Spread, load: Load) -> Arrivals:
    async with room(spread) as target:
        return await anyio.to_thread.run_sync(client.fanout, target, load)


async def test_a_closed_loop_counts_every_delivery(client: LoadClient) -> None:
    seen = await arrivals(client, honest, Load(SUBSCRIBERS, seconds=0.3, warmup=0.1, outstanding=4))
    assert seen.agreed
    assert (seen.missing, seen.closed, seen.errors) == (0, 0, 0)
    assert 0 < seen.deliveries <= seen.published * SUBSCRIBERS
    assert 0 < seen.p50_ms <= seen.p99_ms <= seen.max_ms


async def test_an_offered_rate_is_offered(client: LoadClient) -> None:
    seen = await arrivals(client, honest, Load(SUBSCRIBERS, seconds=0.5, warmup=0.1, rate=100))
    assert seen.agreed
    assert 50 <= seen.published <= 61


async def test_publications_joined_in_one_message_are_counted_one_by_one(client: LoadClient) -> None:
    seen = await arrivals(client, joining, Load(SUBSCRIBERS, seconds=0.3, warmup=0.1, outstanding=2, drain=0.5))
    assert seen.agreed
    assert seen.deliveries > 0


async def test_what_never_arrives_counts_as_late(client: LoadClient) -> None:
    seen = await arrivals(client, losing, Load(SUBSCRIBERS, seconds=0.3, warmup=0.0, rate=50, drain=0.3))
    assert seen.missing == seen.published
    assert seen.p99_ms >= 300


@pytest.mark.parametrize("lie", [losing, repeating, reordering])
async def test_a_server_that_loses_repeats_or_reorders_is_found_out(client: LoadClient, lie: Spread) -> None:
    seen = await arrivals(client, lie, Load(SUBSCRIBERS, seconds=0.2, warmup=0.0, rate=100, drain=0.2))
    assert not seen.agreed


async def test_connections_are_held_until_the_block_ends(client: LoadClient) -> None:
    present = Room(honest)

    def hold(target: Target) -> int:
        with client.hold(target, SUBSCRIBERS) as held:
            assert held.connected == SUBSCRIBERS
            return sum(one.state.name == "OPEN" for one in present.listeners)

    async with serve(present.enter, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        target = Target(port, "/", ("subscriber",), "ready")
        assert await anyio.to_thread.run_sync(hold, target) == SUBSCRIBERS


Speech = Callable[[list[ServerConnection]], Coroutine[Any, Any, None]]
MARKED = '{"mark":"%s"}'


async def reaches(client: LoadClient, speak: Speech, count: int) -> list[Reach]:
    """What the client says of ``count`` publications that a server makes by itself."""
    present = Room(honest)

    def watch(target: Target, loop: asyncio.AbstractEventLoop) -> list[Reach]:
        with client.watch(target, SUBSCRIBERS) as watched:
            asyncio.run_coroutine_threadsafe(speak(present.listeners), loop).result(10)
            return [watched.next(2) for _ in range(count)]

    async with serve(present.enter, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        target = Target(port, "/", ("subscriber",), "ready", mark='"mark":"')
        return await anyio.to_thread.run_sync(watch, target, asyncio.get_running_loop())


async def test_a_publication_of_others_is_seen_when_the_last_one_has_it(client: LoadClient) -> None:
    async def speak(listeners: list[ServerConnection]) -> None:
        broadcast(listeners, MARKED % "one")
        broadcast(listeners[1:], MARKED % "two")
        await asyncio.sleep(0.2)
        for piece in ((MARKED % "two")[:12], (MARKED % "two")[12:]), MARKED % "three":
            await listeners[0].send(piece)
        broadcast(listeners[1:], "\n".join((MARKED % "three", "{}")))

    began = time.time()
    one, two, three = await reaches(client, speak, 3)
    assert [(reach.id, reach.count, reach.faults) for reach in (one, two, three)] == [
        ("one", SUBSCRIBERS, 0),
        ("two", SUBSCRIBERS, 0),
        ("three", SUBSCRIBERS, 0),
    ]
    assert began < one.first <= one.last <= time.time()
    assert two.last - two.first > 0.1


async def test_what_comes_twice_is_a_fault(client: LoadClient) -> None:
    async def speak(listeners: list[ServerConnection]) -> None:
        broadcast(listeners, MARKED % "one")
        broadcast(listeners[:2], MARKED % "one")
        broadcast(listeners, MARKED % "two")

    _, two = await reaches(client, speak, 2)
    assert two.faults == 2


async def test_what_does_not_reach_everybody_is_an_error(client: LoadClient) -> None:
    async def speak(listeners: list[ServerConnection]) -> None:
        broadcast(listeners[1:], MARKED % "one")

    with pytest.raises(LoadFailed, match="did not reach every connection within 2 s"):
        await reaches(client, speak, 1)


async def test_nobody_there_is_an_error(client: LoadClient) -> None:
    with pytest.raises(LoadFailed):
        await anyio.to_thread.run_sync(client.fanout, Target(1, "/", ("x",), "ready"), Load(1, 0.1))
