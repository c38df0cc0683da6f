"""uvicorn's server with an end in good order: not ready, drained, exited, always within a time limit."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import structlog
import uvicorn

from fanwire.gateway.drain import drain
from fanwire.gateway.websocket.connection import Connection
from fanwire.gateway.websocket.endpoint import WebSocketEndpoint
from fanwire.settings import ShutdownSettings

# Parts of ``shutdown.timeout``: until when WebSockets may end in good order, and how long HTTP requests may take
# after that. The rest is kept for the lifespan's own end (relay, database), whatever clients do.
_WEBSOCKETS = 0.5
_REQUESTS = 0.25
_POLL = 0.02

logger = structlog.get_logger(__name__)


def _nothing() -> None:
    """Nobody wants to know."""


class Server(uvicorn.Server):
    """``on_draining`` is called first, once: it should make ``/readyz`` fail.

    Then upgrades are refused (503), WebSockets are drained over ``shutdown.drain_window`` while HTTP is still
    answered, and uvicorn ends. A second SIGINT skips the waiting.
    """

    def __init__(
        self, config: uvicorn.Config, shutdown: ShutdownSettings, on_draining: Callable[[], None] = _nothing
    ) -> None:
        super().__init__(config)
        self._shutdown = shutdown
        self._on_draining = on_draining

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        limit = self._shutdown.timeout
        try:
            async with asyncio.timeout(limit):
                self._on_draining()
                await self._end_websockets(asyncio.get_running_loop().time() + limit * _WEBSOCKETS)
                # Without this uvicorn waits for its connections without end, and only then tells the lifespan.
                self.config.timeout_graceful_shutdown = max(1, int(limit * _REQUESTS))
                await super().shutdown(sockets)
        except TimeoutError:
            logger.error("shutdown_timed_out", setting="shutdown.timeout", seconds=limit)

    async def _end_websockets(self, deadline: float) -> None:
        endpoint: WebSocketEndpoint | None = self.lifespan.state.get(WebSocketEndpoint.STATE_KEY)
        if endpoint is None:
            return
        endpoint.draining = True
        connections = self._websockets()
        if connections:
            logger.info("draining", connections=len(connections), window=self._shutdown.drain_window)
        loop = asyncio.get_running_loop()
        await drain(connections, self._shutdown.drain_window, lambda: self._is_over(loop.time() >= deadline))
        # Counted again: an upgrade may have been under way. Sessions hear of their end before the lifespan ends.
        while self._websockets() and not self._is_over(loop.time() >= deadline):  # noqa: ASYNC110 - uvicorn's set
            await asyncio.sleep(_POLL)
        for connection in self._websockets():
            connection.cut_off()
        await asyncio.sleep(0)

    def _websockets(self) -> list[Connection]:
        everyone: set[object] = set(self.server_state.connections)
        return [connection for connection in everyone if isinstance(connection, Connection)]

    def _is_over(self, late: bool) -> bool:
        return late or self.force_exit
