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

# The part of ``shutdown.timeout`` that is kept for the lifespan's own end (relay, database), whatever clients do.
_LIFESPAN_SHARE = 0.25

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
        try:
            async with asyncio.timeout(self._shutdown.timeout):
                self._on_draining()
                await self._drain()
                self._limit_uvicorn()
                await super().shutdown(sockets)
        except TimeoutError:
            logger.error(
                "shutdown_timed_out",
                setting="shutdown.timeout",
                seconds=self._shutdown.timeout,
                connections=len(self.server_state.connections),
            )

    async def _drain(self) -> None:
        endpoint: WebSocketEndpoint | None = self.lifespan.state.get(WebSocketEndpoint.STATE_KEY)
        if endpoint is not None:
            endpoint.draining = True
        everyone: set[object] = set(self.server_state.connections)
        connections = [connection for connection in everyone if isinstance(connection, Connection)]
        if connections:
            logger.info("draining", connections=len(connections), window=self._shutdown.drain_window)
        await drain(connections, self._shutdown.drain_window, lambda: self.force_exit)

    def _limit_uvicorn(self) -> None:
        # uvicorn waits for its connections, by default without end, and only then tells the lifespan.
        clients = self._shutdown.timeout * (1 - _LIFESPAN_SHARE) - self._shutdown.drain_window
        self.config.timeout_graceful_shutdown = max(1, int(clients))
