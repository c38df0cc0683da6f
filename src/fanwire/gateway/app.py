"""The gateway as one ASGI app: the hot paths by plain dispatch, health and metrics by Starlette, the rest beside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from http import HTTPStatus

from starlette.applications import Starlette

from fanwire.clock import Clock, SystemClock
from fanwire.gateway import events_api
from fanwire.gateway.api_key import ApiKey
from fanwire.gateway.asgi import App, Receive, Scope, Send, route_path
from fanwire.gateway.asgi_socket import AsgiSocketEndpoint
from fanwire.gateway.checks import gateway_checks
from fanwire.gateway.events_api import EventsApi
from fanwire.gateway.figures import api_figures, runtime_figures, socket_figures
from fanwire.gateway.health import health_routes
from fanwire.gateway.metrics import Source, metrics_route
from fanwire.gateway.problems import answer, problem
from fanwire.gateway.readiness import Readiness
from fanwire.gateway.runtime import Runtime, start_runtime
from fanwire.gateway.server_api import ServerApi
from fanwire.gateway.server_api.dispatch import PREFIX as API_PREFIX
from fanwire.gateway.site import Site, State
from fanwire.gateway.websocket import WebSocketEndpoint
from fanwire.gateway.websocket.endpoint import PATH as SOCKET_PATH
from fanwire.gateway.wiring.events import OutboxDoor
from fanwire.ids import event_id
from fanwire.settings import Settings

# Makes the app that gets every request which is not the gateway's own, such as the platform API; what it starts
# is stopped by the stack.
Beside = Callable[[Runtime, AsyncExitStack], Awaitable[App]]

HOUSEKEEPING = frozenset({"/healthz", "/health", "/readyz", "/metrics"})


class Gateway(Site):
    """``fanwire serve`` and ``fanwire dev`` as an app; ``readiness`` is there once it runs."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None, beside: Beside | None = None) -> None:
        super().__init__(self._assemble)
        self._settings = settings
        self._clock = clock or SystemClock()
        self._beside = beside
        self.readiness = Readiness({})

    def draining(self) -> None:
        """From now on ``/readyz`` says no."""
        self.readiness.draining = True

    async def _assemble(self, stack: AsyncExitStack, state: State) -> App:
        runtime = await start_runtime(self._settings, self._clock, stack)
        beside = await self._beside(runtime, stack) if self._beside is not None else None
        self.readiness = Readiness(gateway_checks(runtime))
        endpoint = WebSocketEndpoint(runtime.node.session_factory, self._settings)
        state[WebSocketEndpoint.STATE_KEY] = endpoint
        return Rooms(runtime, self.readiness, beside, (socket_figures(endpoint),))


class Rooms:
    """Which part of a running gateway answers a path."""

    def __init__(
        self, runtime: Runtime, readiness: Readiness, beside: App | None, sources: Iterable[Source] = ()
    ) -> None:
        settings = runtime.settings
        key, limit = ApiKey(settings.http_api), settings.http_api.body_size_limit
        self.server_api = ServerApi(runtime.node, key, limit)
        self.events_api = EventsApi(OutboxDoor(runtime.database), key, limit, event_id, settings.http_api.batch_limit)
        self.sockets = AsgiSocketEndpoint(runtime.node.session_factory, settings)
        figures = [*runtime_figures(runtime), api_figures(self.server_api, self.events_api), *sources]
        self.housekeeping = Starlette(routes=[*health_routes(readiness), metrics_route(figures)])
        self._beside = beside or _nothing_here

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to whoever owns its path."""
        await self._room(scope["type"], route_path(scope))(scope, receive, send)

    def _room(self, kind: str, path: str) -> App:
        if kind == "websocket":
            # Only servers without our WebSocket class bring the sockets here.
            return self.sockets if path == SOCKET_PATH else self._beside
        if ServerApi.knows(path) or (self._beside is _nothing_here and path.startswith(API_PREFIX)):
            return self.server_api
        if events_api.owns(path):
            return self.events_api
        return self.housekeeping if path in HOUSEKEEPING else self._beside


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": f"connect to {SOCKET_PATH}"})
        return
    await answer(send, problem(HTTPStatus.NOT_FOUND, f"nothing at {route_path(scope)}"))
