"""Tokens for the server that a command talks to."""

from __future__ import annotations

from typing import Any

from fanwire.auth.tokens import make_connection_token, make_subscription_token
from fanwire.cli.target import Target
from fanwire.clock import SystemClock

HOUR = 3600.0


def connection_token(
    server: Target, user: str, *, ttl: float | None = HOUR, claims: dict[str, Any] | None = None
) -> str:
    """A token for ``user``. Where the server demands no audience it opens the socket and the platform API alike."""
    wanted = server.settings.client.token
    return make_connection_token(
        user,
        secret=server.secret(),
        clock=SystemClock(),
        ttl=ttl,
        audience=wanted.audience,
        issuer=wanted.issuer,
        claims=claims,
    )


def subscription_token(
    server: Target, user: str, channel: str, *, ttl: float | None = HOUR, claims: dict[str, Any] | None = None
) -> str:
    """A token with which ``user`` may subscribe to ``channel``."""
    wanted = server.settings.client.token
    return make_subscription_token(
        user,
        channel,
        secret=server.secret(),
        clock=SystemClock(),
        ttl=ttl,
        audience=wanted.audience,
        issuer=wanted.issuer,
        claims=claims,
    )
