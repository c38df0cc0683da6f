from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from fanwire.gateway.http_protocol import HttpProtocol
from fanwire.gateway.websocket import WebSocketEndpoint, WebSocketUpgrade
from fanwire.realtime.link import SessionFactory
from fanwire.settings import Settings
from fanwire.testing.echo import EchoSession
from fanwire.testing.server import RunningServer, State, running_server

Serve = Callable[..., AbstractContextManager[RunningServer]]


@pytest.fixture(params=["uvloop", "asyncio"], scope="module")
def loop_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def serve(loop_name: str) -> Serve:
    """Runs a server with our WebSocket and HTTP classes: on uvloop and on asyncio."""

    def serving(
        settings: Settings | None = None, session_factory: SessionFactory = EchoSession, app: Any = None, **config: Any
    ) -> AbstractContextManager[RunningServer]:
        def on_startup(state: State) -> None:
            state[WebSocketEndpoint.STATE_KEY] = WebSocketEndpoint(session_factory, settings or Settings())

        return running_server(
            app, on_startup=on_startup, ws=WebSocketUpgrade, http=HttpProtocol, loop=loop_name, **config
        )

    return serving


@pytest.fixture(scope="module")
def served(serve: Serve) -> Iterator[RunningServer]:
    """One server with default settings for all tests that leave it as it was."""
    with serve() as server:
        yield server


def endpoint_of(server: RunningServer) -> WebSocketEndpoint:
    endpoint: WebSocketEndpoint = server.state[WebSocketEndpoint.STATE_KEY]
    return endpoint


@pytest.fixture
def endpoint() -> Callable[[RunningServer], WebSocketEndpoint]:
    return endpoint_of


class Raw:
    """A TCP client without manners."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def __aenter__(self) -> Raw:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def upgrade(self, path: str = "/connection/websocket", **headers: str) -> bytes:
        """Ask for a WebSocket; returns the head of the response."""
        self.send(upgrade_request(path, **headers))
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)

    async def rest(self) -> bytes:
        """Everything until the server closes or resets."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


def upgrade_request(path: str = "/connection/websocket", **headers: str) -> bytes:
    given = {
        "Host": "127.0.0.1",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items() if value), "", ""]
    return "\r\n".join(lines).encode()


@pytest.fixture
def raw() -> Callable[[RunningServer], Raw]:
    return lambda server: Raw(server.port)


@pytest.fixture
def request_of_an_upgrade() -> Callable[..., bytes]:
    return upgrade_request
