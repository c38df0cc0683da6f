"""The class behind ``uvicorn.Config(ws=WebSocketUpgrade)``: decides who answers an upgrade.

uvicorn's hook is not documented; ``tests/unit/gateway/test_uvicorn_hook.py`` fails when it changes.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.utils import get_remote_addr
from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol

from fanwire.gateway.websocket.connection import Connection
from fanwire.gateway.websocket.endpoint import WebSocketEndpoint
from fanwire.gateway.websocket.head import parse_head
from fanwire.gateway.websocket.refusal import Refused

if TYPE_CHECKING:
    from uvicorn import Config
    from uvicorn.server import ServerState


class WebSocketUpgrade(asyncio.Protocol):
    """Lives from the upgrade to the next tick: it hands the transport to a ``Connection``, or to uvicorn's own class.

    The lifespan state holds the ``WebSocketEndpoint``; without one every path is uvicorn's.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._server_state = server_state
        self._app_state = app_state
        self._loop = _loop or asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take the request head; uvicorn gives it whole, and sets this as the protocol afterwards."""
        endpoint: WebSocketEndpoint | None = self._app_state.get(WebSocketEndpoint.STATE_KEY)
        head = parse_head(data)
        if endpoint is None or not endpoint.is_ours(head.path):
            self._leave_to_uvicorn(data)
            return
        try:
            response, handshake = endpoint.answer(head, self._peer(), self._config)
        except Refused as refused:
            self._transport.write(refused.response())
            self._transport.close()
            return
        peers = cast("set[object]", self._server_state.connections)
        connection = Connection(endpoint, self._transport, peers)
        self._hand_over(connection)
        connection.open(response, handshake)

    def _leave_to_uvicorn(self, head: bytes) -> None:
        assert AutoWebSocketsProtocol is not None
        protocol = AutoWebSocketsProtocol(
            config=self._config, server_state=self._server_state, app_state=self._app_state
        )
        self._hand_over(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(head)

    def _hand_over(self, protocol: asyncio.BaseProtocol) -> None:
        # Before the new protocol does anything: whatever it causes, connection_lost too, comes later in the queue.
        self._loop.call_soon(self._transport.set_protocol, protocol)

    def _peer(self) -> str:
        address = get_remote_addr(self._transport)
        return address[0] if address else ""
