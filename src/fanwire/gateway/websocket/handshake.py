"""The opening handshake (RFC 6455 section 4.2), answered from the head in a few microseconds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

from websockets.utils import accept_key

from fanwire.auth.origins import AllowedOrigins
from fanwire.gateway.websocket.head import RequestHead
from fanwire.gateway.websocket.refusal import Refused
from fanwire.realtime.link import Handshake

# 16 bytes in base64 (RFC 6455 section 4.1).
_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")
_VERSION = "13"


def check_request(head: RequestHead) -> str:
    """The Sec-WebSocket-Key of a well-formed upgrade. Raises Refused with 400, 405 or 426."""
    if head.method != "GET":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "a WebSocket opens with GET", headers=[("Allow", "GET")])
    if head.one("sec-websocket-version") != _VERSION:
        raise Refused(
            HTTPStatus.UPGRADE_REQUIRED,
            "only WebSocket version 13 is spoken here",
            headers=[("Upgrade", "websocket"), ("Sec-WebSocket-Version", _VERSION)],
        )
    key = head.one("sec-websocket-key")
    if not key or not _KEY.fullmatch(key):
        raise Refused(HTTPStatus.BAD_REQUEST, "Sec-WebSocket-Key must be given once: 16 bytes in base64")
    return key


def check_origin(head: RequestHead, allowed: AllowedOrigins) -> str:
    """The Origin of an allowed request ("" when it has none). Raises Refused with 400 or 403."""
    origin = head.one("origin")
    if origin is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "the Origin header must be given once")
    rule = allowed.why_not(origin)
    if rule:
        raise Refused(
            HTTPStatus.FORBIDDEN,
            "this page may not connect; the server's log says which setting allows it",
            rule=rule,
            setting="client.allowed_origins",
        )
    return origin


def choose_subprotocol(head: RequestHead, spoken: Sequence[str]) -> str:
    """The first subprotocol of the client's list that we speak, or none (section 4.2.2)."""
    return next((name for name in head.listed("sec-websocket-protocol") if name in spoken), "")


def accept(key: str, handshake: Handshake) -> bytes:
    """The response that opens the WebSocket."""
    chosen = f"Sec-WebSocket-Protocol: {handshake.subprotocol}\r\n" if handshake.subprotocol else ""
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(key)}\r\n{chosen}\r\n"
    ).encode("latin-1")
