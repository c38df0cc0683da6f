"""Request heads have a time limit: slow and silent clients are closed, others are not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect

from fanwire.gateway.websocket import WebSocketEndpoint
from fanwire.settings import Settings, WebSocketSettings
from fanwire.testing.server import RunningServer

LIMIT = 0.3
MakeRaw = Callable[[RunningServer], Any]
EndpointOf = Callable[[RunningServer], WebSocketEndpoint]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers after the body; /slow takes longer than a head may."""
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        await asyncio.sleep(LIMIT * 2)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module")
def server(serve: Callable[..., Any]) -> Iterator[RunningServer]:
    with serve(Settings(websocket=WebSocketSettings(handshake_timeout=LIMIT)), app=app) as running:
        yield running


async def lasts(reading: Any) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await reading
    return loop.time() - begun


async def drip(client: Any, text: bytes) -> None:
    """One byte at a time, each well inside of the limit, until the server hangs up."""
    for byte in text:
        client.send(bytes([byte]))
        await asyncio.sleep(LIMIT / 10)
        if client.reader.at_eof() or client.writer.transport.is_closing():
            return


async def test_a_silent_socket_is_closed(server: RunningServer, raw: MakeRaw) -> None:
    async with raw(server) as client:
        assert LIMIT * 0.9 < await lasts(client.rest()) < LIMIT + 3


async def test_a_dripped_head_is_closed_however_steadily_it_drips(
    server: RunningServer, raw: MakeRaw, request_of_an_upgrade: Callable[..., bytes]
) -> None:
    async with raw(server) as client:
        dripping = asyncio.create_task(drip(client, request_of_an_upgrade()))
        assert LIMIT * 0.9 < await lasts(client.rest()) < LIMIT + 3
        await dripping


async def test_a_dripped_second_head_is_closed(server: RunningServer, raw: MakeRaw) -> None:
    async with raw(server) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await client.reader.readuntil(b"ok")
        dripping = asyncio.create_task(drip(client, b"GET / HTTP/1.1\r\nHost: " + b"a" * 100))
        assert LIMIT * 0.9 < await lasts(client.rest()) < LIMIT + 3
        await dripping


async def test_empty_lines_between_requests_are_no_life(server: RunningServer, raw: MakeRaw) -> None:
    async with raw(server) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await client.reader.readuntil(b"ok")
        dripping = asyncio.create_task(drip(client, b"\r\n" * 100))
        assert LIMIT * 0.9 < await lasts(client.rest()) < LIMIT + 3
        await dripping


async def test_answers_and_bodies_may_take_longer(server: RunningServer, raw: MakeRaw, endpoint: EndpointOf) -> None:
    async with httpx2.AsyncClient() as http:
        assert (await http.get(server.url + "/slow")).text == "ok"
    async with raw(server) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n")
        await asyncio.sleep(LIMIT * 1.5)
        client.send(b"body")
        assert b"200 OK" in await asyncio.wait_for(client.reader.readuntil(b"ok"), 5)
    assert len(endpoint(server).awaited_heads) == 0


async def test_requests_on_one_connection_each_have_their_time(server: RunningServer, raw: MakeRaw) -> None:
    async with raw(server) as client:
        for _ in range(4):
            client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await asyncio.wait_for(client.reader.readuntil(b"ok"), 5)
            await asyncio.sleep(LIMIT / 2)


async def test_an_open_websocket_may_be_silent(server: RunningServer, endpoint: EndpointOf) -> None:
    async with connect(server.ws + "/connection/websocket") as client:
        assert server.call(lambda: len(endpoint(server).awaited_heads)) == 0
        await asyncio.sleep(LIMIT * 1.5)
        await client.send("still here")
        assert await client.recv() == "still here"
