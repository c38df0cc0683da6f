"""What all WebSocket connections of one server share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

import structlog
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from fanwire.auth.origins import AllowedOrigins
from fanwire.gateway.timeouts import Timeouts
from fanwire.gateway.websocket.handshake import accept, check_origin, check_request, choose_subprotocol
from fanwire.gateway.websocket.head import RequestHead
from fanwire.gateway.websocket.parser import Parsers
from fanwire.gateway.websocket.refusal import Refused
from fanwire.gateway.websocket.stats import WebSocketStats
from fanwire.realtime.link import Flusher, Handshake, SessionFactory
from fanwire.settings import Settings

if TYPE_CHECKING:
    from uvicorn import Config

    from fanwire.gateway.http_protocol import HttpProtocol
    from fanwire.gateway.websocket.connection import Connection

PATH = "/connection/websocket"
# Everything below is ours: a mistyped path is answered here, not by the user's application.
_RESERVED = "/connection/"
# As many bytes as one read may bring for any connection; they are parsed before the next read.
_BUFFER_SIZE = 262_144

logger = structlog.get_logger(__name__)


class WebSocketEndpoint:
    """Make one on the running loop and put it into the lifespan state: ``state[STATE_KEY] = endpoint``.

    ``subprotocols`` are those that the sessions speak, in no order: the client's order decides.
    """

    STATE_KEY: ClassVar[str] = "fanwire.websocket"

    def __init__(
        self,
        session_factory: SessionFactory,
        settings: Settings,
        *,
        path: str = PATH,
        subprotocols: Sequence[str] = ("centrifuge-json",),
    ) -> None:
        loop = asyncio.get_running_loop()
        self.session_factory = session_factory
        self.path = path
        self.stats = WebSocketStats()
        self.draining = False
        self.queue_max_size = settings.client.queue_max_size
        self.flusher = Flusher(loop.call_soon)
        self.call_soon = loop.call_soon
        self.parsers = Parsers(settings.websocket.message_size_limit, settings.websocket.fragment_limit)
        self.buffer = memoryview(bytearray(_BUFFER_SIZE))
        self.lingering: Timeouts[Connection] = Timeouts(
            settings.websocket.close_timeout, lambda connection: connection.cut_off(), loop
        )
        self.awaited_heads: Timeouts[HttpProtocol] = Timeouts(
            settings.websocket.handshake_timeout, lambda protocol: protocol.give_up(), loop
        )
        self._origins = AllowedOrigins(settings.client.allowed_origins)
        self._subprotocols = subprotocols
        self._proxies: ProxyHeadersMiddleware | None = None

    def is_ours(self, path: str) -> bool:
        return path == self.path or path.startswith(_RESERVED)

    def answer(self, head: RequestHead, peer: str, config: Config) -> tuple[bytes, Handshake]:
        """The response that opens the WebSocket, and what its session may know.

        Raises: Refused, counted and logged.
        """
        client_ip = self._client_ip(head, peer, config)
        try:
            return self._accept(head, client_ip)
        except Refused as refused:
            self.stats.refused[refused.status.value] += 1
            logger.warning(
                "websocket_refused",
                status=refused.status.value,
                rule=refused.rule,
                setting=refused.setting,
                # No query: it may carry a token.
                path=head.path[:200],
                origin=(head.one("origin") or "")[:200],
                client_ip=client_ip,
            )
            raise

    def _accept(self, head: RequestHead, client_ip: str) -> tuple[bytes, Handshake]:
        if head.path != self.path:
            raise Refused(HTTPStatus.NOT_FOUND, f"no WebSocket here; connect to {self.path}")
        if self.draining:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "this server is going away", headers=[("Retry-After", "1")])
        key = check_request(head)
        origin = check_origin(head, self._origins)
        subprotocol = choose_subprotocol(head, self._subprotocols)
        handshake = Handshake(head.path, head.query, origin, subprotocol, client_ip)
        return accept(key, handshake), handshake

    def _client_ip(self, head: RequestHead, peer: str, config: Config) -> str:
        """X-Forwarded-For counts when the peer is one of uvicorn's ``forwarded_allow_ips``, as it does for HTTP."""
        forwarded = head.headers.get("x-forwarded-for")
        if not forwarded or not config.proxy_headers:
            return peer
        if self._proxies is None:
            self._proxies = ProxyHeadersMiddleware(config.loaded_app, config.forwarded_allow_ips)
        trusted = self._proxies.trusted_hosts
        return (trusted.get_trusted_client_address(", ".join(forwarded))[0] or peer) if peer in trusted else peer
