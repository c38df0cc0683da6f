"""Makers of tokens: for ``fanwire token``, the development route, tests, and back ends in Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fanwire.auth.keys import sign
from fanwire.clock import Clock

CONNECTION_AUDIENCE = "fanwire-connection"
API_AUDIENCE = "fanwire-api"
HOUR = 3600.0


def make_connection_token(
    user: str,
    *,
    secret: str,
    clock: Clock,
    ttl: float | None = HOUR,
    audience: str = CONNECTION_AUDIENCE,
    issuer: str = "",
    claims: Mapping[str, Any] | None = None,
    algorithm: str = "HS256",
) -> str:
    """A token with which ``user`` ("" is anonymous) connects; ``ttl`` in seconds, None for no end.

    Give ``audience`` and ``issuer`` what ``client.token`` of the server demands. ``claims`` are added last.
    """
    return _make({"sub": user}, secret, clock, ttl, audience, issuer, claims, algorithm)


def make_subscription_token(
    user: str,
    channel: str,
    *,
    secret: str,
    clock: Clock,
    ttl: float | None = HOUR,
    audience: str = CONNECTION_AUDIENCE,
    issuer: str = "",
    claims: Mapping[str, Any] | None = None,
) -> str:
    """A token with which ``user`` subscribes to ``channel``."""
    return _make({"sub": user, "channel": channel}, secret, clock, ttl, audience, issuer, claims)


def make_api_token(
    user: str, *, secret: str, clock: Clock, ttl: float | None = HOUR, claims: Mapping[str, Any] | None = None
) -> str:
    """A bearer token with which ``user`` calls the platform API; it opens no connection."""
    return _make({"sub": user}, secret, clock, ttl, API_AUDIENCE, "", claims)


def _make(
    who: dict[str, str],
    secret: str,
    clock: Clock,
    ttl: float | None,
    audience: str,
    issuer: str,
    claims: Mapping[str, Any] | None,
    algorithm: str = "HS256",
) -> str:
    now = int(clock.wall())
    body: dict[str, Any] = {**who, "iat": now}
    if ttl is not None:
        body["exp"] = now + int(ttl)
    if audience:
        body["aud"] = audience
    if issuer:
        body["iss"] = issuer
    return sign(msgspec.json.encode({**body, **(claims or {})}), secret, algorithm)
