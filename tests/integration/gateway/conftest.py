"""A real gateway on a port of its own, in the test's own loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from fanwire.auth.tokens import make_connection_token
from fanwire.clock import SystemClock
from fanwire.gateway.app import Gateway
from fanwire.gateway.asgi import App
from fanwire.gateway.http_protocol import HttpProtocol
from fanwire.gateway.runtime import Runtime
from fanwire.gateway.server import Server
from fanwire.gateway.websocket import WebSocketUpgrade
from fanwire.settings import Settings
from fanwire.store import migrate

API_KEY = "test-api-key"
SECRET = "a-secret-of-the-gateway-tests"


class Running:
    """One gateway: its runtime, and HTTP with the API key."""

    def __init__(self, gateway: Gateway, runtime: Runtime, url: str, server: Server) -> None:
        self.gateway = gateway
        self.runtime = runtime
        self.url = url
        self.server = server
        self.http = httpx2.AsyncClient(base_url=url, headers={"X-API-Key": API_KEY}, timeout=10)

    async def open(self, user: str) -> ClientConnection:
        """A connected client; its connect reply has been read."""
        client = await connect(f"{self.url.replace('http', 'ws')}/connection/websocket")
        token = make_connection_token(user, secret=SECRET, clock=SystemClock())
        await client.send(f'{{"id":1,"connect":{{"token":"{token}"}}}}')
        await asyncio.wait_for(client.recv(), 5)
        return client


def settings_for(url: str, **more: Any) -> Settings:
    tree = {
        "client": {"token": {"hmac_secret_key": SECRET}},
        "http_api": {"key": API_KEY},
        "database": {"url": url},
        "shutdown": {"drain_window": 0.05},
        **more,
    }
    return Settings.model_validate(tree)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    runtimes: list[Runtime] = []

    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def beside(runtime: Runtime, _stack: AsyncExitStack) -> App:
        runtimes.append(runtime)
        return nothing

    gateway = Gateway(settings, beside=beside)
    config = uvicorn.Config(
        gateway, http=HttpProtocol, ws=WebSocketUpgrade, lifespan="on", log_config=None, access_log=False
    )
    server = Server(config, settings.shutdown, gateway.draining)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        task = asyncio.ensure_future(server.serve(sockets=[bound]))
        async with asyncio.timeout(20):
            while not server.started:
                assert not task.done(), gateway.failure
                await asyncio.sleep(0.01)  # uvicorn has no event for it; the loop has a limit
        one = Running(gateway, runtimes[0], f"http://127.0.0.1:{bound.getsockname()[1]}", server)
        yield one
        await one.http.aclose()
        server.should_exit = True
        await asyncio.wait_for(task, 20)


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
async def start(db_url: str) -> AsyncIterator[Start]:
    """``await start(option=...)``: a gateway on a migrated database, stopped at the end."""
    await migrate.upgrade_async(db_url)
    async with AsyncExitStack() as stack:

        async def begin(**more: Any) -> Running:
            return await stack.enter_async_context(running(settings_for(db_url, **more)))

        yield begin


@pytest.fixture
async def gateway(start: Start) -> Running:
    return await start()
