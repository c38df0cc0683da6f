"""An ASGI app that is built when its server starts and taken down when it stops (ASGI lifespan spec 2.0)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Any

import structlog

from fanwire.errors import FanwireError
from fanwire.gateway.asgi import App, Receive, Scope, Send
from fanwire.gateway.problems import answer, problem

# What the server hands to its protocols and to every request's scope.
State = dict[str, Any]
# Opens what is needed on the stack, fills the state, and returns the app that answers requests.
Build = Callable[[AsyncExitStack, State], Awaitable[App]]

log = structlog.get_logger()


class Site:
    """Runs ``build`` at start-up; ``failure`` holds what went wrong there, for whoever started the server.

    With ``quiet`` the server is not asked to log the failure: a command tells it itself.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._app: App | None = None
        self.failure: FanwireError | None = None
        self.quiet = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the lifespan ourselves, everything else by the app that was built."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        else:
            await _not_running(scope, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                self._app = await self._build(stack, scope["state"])
            except FanwireError as error:
                self.failure = error
                await send({"type": "lifespan.startup.failed", "message": "" if self.quiet else str(error)})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self._app = None
        await send({"type": "lifespan.shutdown.complete"})


async def _not_running(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1012})
        return
    reason = "the server is not running: start it with lifespan support (uvicorn --lifespan on)"
    await answer(send, problem(HTTPStatus.SERVICE_UNAVAILABLE, reason))
