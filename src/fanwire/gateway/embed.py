"""Gateway and relay inside somebody's own FastAPI or Starlette app: for development, small sites and tests."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match

from fanwire.clock import SystemClock
from fanwire.configuration import load
from fanwire.events import config as events
from fanwire.gateway import events_api
from fanwire.gateway.app import HOUSEKEEPING, Rooms
from fanwire.gateway.asgi import Receive, Scope, Send, route_path
from fanwire.gateway.checks import gateway_checks
from fanwire.gateway.data_directory import DEFAULT, DataDirectory
from fanwire.gateway.development import development_settings, own_origins
from fanwire.gateway.readiness import Readiness
from fanwire.gateway.runtime import start_runtime
from fanwire.gateway.server_api import ServerApi
from fanwire.gateway.websocket import WebSocketEndpoint
from fanwire.gateway.websocket.endpoint import PATH as SOCKET_PATH
from fanwire.settings import Settings


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
    """Run Fanwire for as long as ``app`` runs: ``FastAPI(lifespan=fanwire.lifespan)``.

    Event functions without ``session=`` then write to its database, and ``/connection/websocket``, ``/events/``,
    the server API and ``/readyz`` answer beside the app's own routes, which win. Settings come from the FANWIRE_*
    environment; in development (unless FANWIRE_ENVIRONMENT=production) secrets and a SQLite file are made in
    ``.fanwire``. One process only: a second one is refused.

    Raises:
        ConfigurationError: production without secrets, or a setting that does not exist.
        DatabaseLocked: another process runs on the same data directory or SQLite file.
    """
    async with AsyncExitStack() as stack:
        settings = _settings(stack)
        runtime = await start_runtime(settings, SystemClock(), stack)
        events.configure(database=runtime.database, environment=settings.environment)
        stack.callback(events.reset)
        endpoint = WebSocketEndpoint(runtime.node.session_factory, settings)
        door = _Door(Rooms(runtime, Readiness(gateway_checks(runtime)), None))
        app.router.routes.append(door)
        stack.callback(app.router.routes.remove, door)
        # Under `uvicorn --ws fanwire.gateway.websocket:WebSocketUpgrade` sockets take the fast way by this.
        yield {WebSocketEndpoint.STATE_KEY: endpoint}


def _settings(stack: AsyncExitStack) -> Settings:
    if os.environ.get("FANWIRE_ENVIRONMENT", "development") == "production":
        return load(environ=os.environ)
    directory = DataDirectory(Path(os.environ.get("FANWIRE_DATA_DIR", str(DEFAULT)))).make()
    directory.claim()
    stack.callback(directory.release)
    settings = development_settings(directory, os.environ)
    origins = (*own_origins(settings.http_server.address, settings.http_server.port), *settings.client.allowed_origins)
    client = settings.client.model_copy(update={"allowed_origins": origins})
    return settings.model_copy(update={"client": client})


class _Door(BaseRoute):
    """Leads the gateway's own paths to it, and no others."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = route_path(scope)
        if scope["type"] == "websocket":
            owned = path == SOCKET_PATH
        else:
            owned = events_api.owns(path) or path in HOUSEKEEPING or ServerApi.knows(path)
        return (Match.FULL if owned else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._rooms(scope, receive, send)
