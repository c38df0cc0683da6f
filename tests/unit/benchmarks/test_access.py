"""A viewer notes its last frame and the reason; a flow publishes at its rate, or says why not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.access.flow import flowing
from benchmarks.access.viewer import viewing

CHANNEL = "post:1"


def frame(number: int) -> str:
    return json.dumps({"push": {"channel": CHANNEL, "pub": {"data": {"n": number}}}}, separators=(",", ":"))


def end(reason: str) -> str:
    push = {"channel": CHANNEL, "unsubscribe": {"code": 2100, "reason": reason}}
    return json.dumps({"push": push}, separators=(",", ":"))


@asynccontextmanager
async def gateway(answer: str, *pushes: str) -> AsyncIterator[int]:
    """A gateway with one answer to the hello, and these pushes after it."""

    async def enter(connection: ServerConnection) -> None:
        await connection.recv()
        for message in (answer, *pushes):
            await connection.send(message)
        await connection.wait_closed()

    async with serve(enter, "127.0.0.1", 0) as server:
        yield next(iter(server.sockets)).getsockname()[1]


async def test_a_viewer_counts_frames_until_the_end_and_keeps_the_reason() -> None:
    pushes = ("\n".join((frame(1), frame(2))), frame(3), end("expired"))
    async with (
        gateway('{"id":2,"subscribe":{}}', *pushes) as port,
        viewing(port, "boris", CHANNEL) as viewer,
        asyncio.timeout(5),
    ):
        await viewer.wait_for(3)
        await viewer.wait_for_end()
        assert (viewer.frames, viewer.reason) == (3, "expired")
        assert viewer.last > 0


async def test_a_viewer_who_may_not_look_says_so() -> None:
    async with gateway('{"id":2,"error":{"code":103}}') as port:
        with pytest.raises(RuntimeError, match="103"):
            async with viewing(port, "boris", CHANNEL):
                pass


@asynccontextmanager
async def api(status: Callable[[int], int]) -> AsyncIterator[tuple[int, list[bytes]]]:
    """An HTTP server that answers its nth request with ``status(n)``; it gives the bodies it got."""
    bodies: list[bytes] = []
    serving: list[asyncio.Task[None]] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            bodies.append(await reader.readexactly(length))
            writer.write(f"HTTP/1.1 {status(len(bodies))} X\r\nContent-Length: 2\r\n\r\n{{}}".encode())

    async def until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve_one(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            # A client that hangs up with something unread resets the connection.
            writer.close()
            with suppress(ConnectionResetError):
                await writer.wait_closed()

    def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.create_task(until_closed(reader, writer)))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        try:
            yield server.sockets[0].getsockname()[1], bodies
        finally:
            async with asyncio.timeout(5):
                await asyncio.gather(*serving)


async def test_a_flow_publishes_each_number_once() -> None:
    async with api(lambda _: 200) as (port, bodies), flowing(port, CHANNEL, 500) as flow, asyncio.timeout(5):
        while flow.published < 50:
            await asyncio.sleep(0.01)
    numbers = [json.loads(body)["data"]["n"] for body in bodies]
    assert sorted(numbers) == list(range(len(numbers)))
    assert {json.loads(body)["channel"] for body in bodies} == {CHANNEL}


async def test_a_flow_that_is_refused_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="the server API takes no frame: 429"):
        refusing = api(lambda number: 429 if number == 5 else 200)
        async with refusing as (port, _), flowing(port, CHANNEL, 500) as flow, asyncio.timeout(5):
            # The others go on, so that the refusal has long been read.
            while flow.published < 50:
                await asyncio.sleep(0.01)
