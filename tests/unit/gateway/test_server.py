"""The end of a server: not ready, drained, exited, in bounded time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from fanwire.gateway.server import Server
from fanwire.gateway.websocket import WebSocketEndpoint
from fanwire.realtime.link import Handshake, Link
from fanwire.settings import Settings, ShutdownSettings, WebSocketSettings
from fanwire.testing.echo import EchoSession
from fanwire.testing.server import RunningServer

PATH = "/connection/websocket"
Serve = Callable[..., Any]


class Stubborn(EchoSession):
    """Does not leave when it is asked to."""

    __slots__ = ()

    def drain(self) -> None:
        """Stay."""


def ending(window: float = 0.0, timeout: float = 10.0, on_draining: Callable[[], None] = lambda: None) -> Any:
    def make(config: uvicorn.Config) -> Server:
        return Server(config, ShutdownSettings(drain_window=window, timeout=timeout), on_draining)

    return make


async def stop(server: RunningServer) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await asyncio.to_thread(server.stop)
    return loop.time() - begun


async def close_code(client: Any) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await client.recv()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_clients_are_sent_away_with_3001(serve: Serve) -> None:
    with serve(make_server=ending()) as server:
        clients = [await connect(server.ws + PATH) for _ in range(20)]
        codes = asyncio.gather(*map(close_code, clients))
        assert await stop(server) < 5
        assert await codes == [3001] * 20


async def test_a_server_without_clients_ends_at_once(serve: Serve) -> None:
    with serve(make_server=ending(window=5.0)) as server:
        assert await stop(server) < 3


async def test_while_draining_http_is_answered_and_upgrades_are_not(serve: Serve) -> None:
    draining = threading.Event()
    with serve(session_factory=Stubborn, make_server=ending(window=0.5, on_draining=draining.set)) as server:
        clients = [await connect(server.ws + PATH) for _ in range(100)]
        server.server.should_exit = True
        assert await asyncio.to_thread(draining.wait, 5)
        async with httpx2.AsyncClient() as http:
            assert (await http.get(server.url)).status_code == 404
        with pytest.raises(InvalidStatus) as refused:
            await connect(server.ws + PATH)
        assert refused.value.response.status_code == 503
        await asyncio.gather(*(client.close() for client in clients))
        assert await stop(server) < 5


async def test_stubborn_sessions_do_not_hold_the_server(serve: Serve) -> None:
    with serve(session_factory=Stubborn, make_server=ending(timeout=2.0)) as server:
        client = await connect(server.ws + PATH)
        assert 0.9 < await stop(server) < 6
        client.transport.abort()


async def test_silent_clients_do_not_hold_the_server(serve: Serve, raw: Any) -> None:
    settings = Settings(websocket=WebSocketSettings(close_timeout=0.2))
    with serve(settings, make_server=ending()) as server:
        async with raw(server) as client:
            await client.upgrade()
            assert await stop(server) < 5


async def test_a_lifespan_that_hangs_does_not_hold_the_server(loop_name: str) -> None:
    from fanwire.testing.server import running_server

    async def hanging(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.Event().wait()

    with running_server(hanging, make_server=ending(timeout=0.5), loop=loop_name) as server:
        assert await stop(server) < 5


async def test_a_second_interrupt_skips_the_waiting(serve: Serve) -> None:
    with serve(session_factory=Stubborn, make_server=ending(window=60.0, timeout=60.0)) as server:
        client = await connect(server.ws + PATH)
        server.server.force_exit = True
        assert await stop(server) < 3
        client.transport.abort()


async def test_readiness_goes_before_the_first_client(serve: Serve) -> None:
    order: list[str] = []

    class Leaving(EchoSession):
        __slots__ = ()

        def __init__(self, link: Link, handshake: Handshake) -> None:
            super().__init__(link, handshake)

        def drain(self) -> None:
            order.append("client")
            super().drain()

    with serve(session_factory=Leaving, make_server=ending(on_draining=lambda: order.append("not ready"))) as server:
        client = await connect(server.ws + PATH)
        await asyncio.gather(stop(server), close_code(client))
    assert order == ["not ready", "client"]


async def test_a_plain_uvicorn_server_says_goodbye_too(serve: Serve) -> None:
    with serve(make_server=uvicorn.Server) as server:
        assert isinstance(server.state[WebSocketEndpoint.STATE_KEY], WebSocketEndpoint)
        client = await connect(server.ws + PATH)
        _, code = await asyncio.gather(stop(server), close_code(client))
    assert code == 3001
