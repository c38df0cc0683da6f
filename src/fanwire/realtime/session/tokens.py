"""Tokens of one subscription."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from fanwire.errors import InvalidToken, PermissionDenied
from fanwire.realtime.ports import SubscriptionGrant
from fanwire.realtime.session.effects import Effect, VerifySubscription
from fanwire.realtime.session.session import Session


def verify(session: Session, token: str, channel: str) -> Generator[Effect[Any], Any, SubscriptionGrant]:
    """Check that ``token`` is for this user and ``channel``.

    Raises (in the course of it):
        errors.TokenExpired: fetch another one (109).
        errors.PermissionDenied: it is no valid token (103).
        errors.InvalidToken: it is somebody else's, or for another channel (3500).
    """
    try:
        grant = yield from VerifySubscription(token)
    except InvalidToken as error:
        raise PermissionDenied(
            f"the subscription token is invalid: {error.detail or 'see the log of the verifier'}",
            "sign it with client.token.hmac_secret_key",
        ) from None
    if grant.channel != channel:
        raise InvalidToken("the subscription token is for another channel")
    if grant.user != session.user:
        raise InvalidToken("the subscription token is for another user")
    return grant
