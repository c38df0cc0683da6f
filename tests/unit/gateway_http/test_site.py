"""Start-up, requests and shut-down of an app that is built by its own lifespan."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from fanwire.errors import ConfigurationError
from fanwire.gateway.asgi import App, Receive, Scope, Send, respond
from fanwire.gateway.site import Site, State

from .conftest import ask


class Server:
    """The server's side of the lifespan protocol."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.state: State = {}
        self.said: asyncio.Queue[Any] = asyncio.Queue()
        self.asked: asyncio.Queue[Any] = asyncio.Queue()
        self.asked.put_nowait({"type": "lifespan.startup"})
        scope = {"type": "lifespan", "state": self.state}

        async def send(message: Any) -> None:
            self.said.put_nowait(message)

        self.task = asyncio.ensure_future(site(scope, self.asked.get, send))

    async def hears(self) -> Any:
        return await asyncio.wait_for(self.said.get(), 5)


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await respond(send, 200, b"{}")


async def test_it_is_built_at_the_start_and_taken_down_at_the_end() -> None:
    events: list[str] = []

    async def build(stack: AsyncExitStack, state: State) -> App:
        stack.callback(events.append, "closed")
        state["key"] = 1
        return hello

    site = Site(build)
    early = await ask(site, "/")
    assert early is not None
    assert early.status == 503
    server = Server(site)
    assert await server.hears() == {"type": "lifespan.startup.complete"}
    assert server.state == {"key": 1}
    response = await ask(site, "/")
    assert response is not None
    assert response.status == 200
    server.asked.put_nowait({"type": "lifespan.shutdown"})
    assert await server.hears() == {"type": "lifespan.shutdown.complete"}
    assert events == ["closed"]
    late = await ask(site, "/")
    assert late is not None
    assert late.status == 503
    await server.task


async def test_a_start_that_fails_gives_back_what_it_opened_and_says_why() -> None:
    events: list[str] = []

    async def build(stack: AsyncExitStack, state: State) -> App:
        stack.callback(events.append, "closed")
        raise ConfigurationError("database.url is empty")

    site = Site(build)
    server = Server(site)
    assert await server.hears() == {"type": "lifespan.startup.failed", "message": "database.url is empty"}
    await server.task
    assert events == ["closed"]
    assert isinstance(site.failure, ConfigurationError)


async def test_a_socket_to_a_site_that_does_not_run_is_closed() -> None:
    async def build(stack: AsyncExitStack, state: State) -> App:
        return hello

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    await Site(build)({"type": "websocket"}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1012}]
