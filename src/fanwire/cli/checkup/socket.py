"""Questions to a running server over its WebSocket: upgrade, origin, secret."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from fanwire.cli.checkup.finding import Finding, ill, well
from fanwire.cli.target import Target
from fanwire.cli.tokens import connection_token
from fanwire.cli.words import CLOSES, ERRORS, explained
from fanwire.client import Conversation, Refused, events
from fanwire.client.happenings import Closed, Connected, Denied, Happening
from fanwire.errors import ConfigurationError

USER = "fanwire-doctor"
STRANGER = "https://fanwire-doctor.invalid"
TIMEOUT = 10.0


async def upgraded(server: Target) -> Finding:
    """Whether a WebSocket can be opened at all, through whatever stands between."""
    try:
        first = await _first(server, "", None)
    except Refused as refused:
        return ill(
            "upgrade",
            f"HTTP {refused.status} instead of a WebSocket",
            "let the proxy pass Upgrade and Connection on for /connection/websocket "
            "(nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
            'proxy_set_header Connection "upgrade";)',
        )
    if isinstance(first, Closed) and first.code < min(ERRORS):
        return ill("upgrade", first.reason, "does a proxy between time out or cut WebSockets?")
    return well("upgrade", server.socket_url)


async def own_origin(server: Target) -> Finding:
    """Whether pages of the first allowed origin (else of the server itself) may connect."""
    allowed = server.settings.client.allowed_origins
    origin = next((entry for entry in allowed if "*" not in entry), server.url)
    try:
        await _first(server, "", origin)
    except Refused as refused:
        return ill("origin", f"{origin} gets HTTP {refused.status}", f"add {origin} to client.allowed_origins")
    return well("origin", f"{origin} may connect")


async def strange_origin(server: Target) -> Finding:
    """Whether pages of strangers are kept out."""
    try:
        await _first(server, "", STRANGER)
    except Refused:
        return well("strange origin", "is refused")
    return ill(
        "strange origin", "any web page may connect", "list your own sites in client.allowed_origins instead of *"
    )


async def secret(server: Target) -> Finding:
    """Whether tokens that we sign are good for the server."""
    try:
        first = await _first(server, connection_token(server, USER), None)
    except (Refused, ConfigurationError) as error:
        return ill("secret", str(error), "give the server's settings with --config, or FANWIRE_TOKEN_SECRET")
    if isinstance(first, Connected):
        return well("secret", "a token signed here is accepted")
    if isinstance(first, Closed | Denied):
        said = first.reason if isinstance(first, Closed) else first.message
        return ill("secret", explained(first.code, said, {**ERRORS, **CLOSES}), "use one secret on both sides")
    return ill("secret", f"unexpected answer: {first}", "is this a Fanwire server?")


async def _first(server: Target, token: str, origin: str | None) -> Happening:
    """The first thing that happens on a new connection."""
    happenings = events(server.socket_url, Conversation([]), lambda: token, origin=origin)
    async with aclosing(happenings), asyncio.timeout(TIMEOUT):
        async for happening in happenings:
            return happening
    return Closed(0, "nothing happened", final=True)
