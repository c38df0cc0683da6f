"""uvicorn's HTTP protocol with a time limit for request heads, which uvicorn 0.54 lacks (slowloris)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fanwire.gateway.timeouts import Timeouts
from fanwire.gateway.websocket.endpoint import WebSocketEndpoint

if TYPE_CHECKING:
    from uvicorn import Config
    from uvicorn.server import ServerState


class HttpProtocol(HttpToolsProtocol):
    """Closes a connection whose next request head is not complete ``websocket.handshake_timeout`` after it began.

    A fresh connection counts as a head that has begun: a silent socket ends too. Between two requests uvicorn's
    own keep-alive timer runs. The timeouts come with the ``WebSocketEndpoint`` of the lifespan state.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        endpoint: WebSocketEndpoint | None = app_state.get(WebSocketEndpoint.STATE_KEY)
        self._heads: Timeouts[HttpProtocol] | None = endpoint.awaited_heads if endpoint else None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_complete()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # Bytes after a response begin the next head, whatever they are: a lone line feed stops the keep-alive timer.
        if self.cycle is None or self.cycle.response_complete:
            self._await_head()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._head_is_complete()
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        if self.cycle is None or self.cycle.response_complete:
            # The parser and this object hold each other: without this they stay until the garbage collector comes.
            self.parser = self.scope = self.flow = None  # type: ignore[assignment]

    def give_up(self) -> None:
        """The time for a head is over."""
        self.transport.abort()

    def _await_head(self) -> None:
        if self._heads is not None:
            self._heads.add(self)

    def _head_is_complete(self) -> None:
        if self._heads is not None:
            self._heads.discard(self)
