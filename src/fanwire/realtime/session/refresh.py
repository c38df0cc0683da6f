"""Refreshing: the connection's token, and a subscription's."""

from __future__ import annotations

from fanwire.errors import (
    BadRequest,
    ConnectionExpired,
    InsufficientState,
    InvalidToken,
    PermissionDenied,
    SubscriptionExpired,
    TokenExpired,
)
from fanwire.realtime.protocol.model import Command, RefreshResult, Reply, SubRefreshResult
from fanwire.realtime.session.effects import Authenticate, Handling, Send
from fanwire.realtime.session.leases import keep_connection, keep_subscription, lease_of
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.tokens import verify


def refresh(session: Session, command: Command) -> Handling:
    """Take a new connection token of the same user.

    Raises (in the course of it):
        errors.ConnectionExpired: the new token is expired too (3005).
        errors.InvalidToken: it is invalid, or somebody else's (3500).
        errors.InsufficientState: its channels are not the old one's: come back and get them (3010).
    """
    request = command.refresh
    assert request is not None
    if not request.token:
        raise BadRequest("refresh without a token")
    try:
        identity = yield from Authenticate(request.token)
    except TokenExpired:
        raise ConnectionExpired("the refresh token is expired") from None
    if identity.user != session.user:
        raise InvalidToken("the refresh token is for another user")
    if identity.server_channels() != session.token_channels:
        raise InsufficientState("the refresh token has other channels")
    if identity.expire_at and identity.expire_at <= session.environment.clock.wall():
        raise ConnectionExpired("the refresh token is expired")
    session.info = identity.info
    session.token_id, session.issued_at = identity.token_id, identity.issued_at
    yield from keep_connection(session, identity.expire_at)
    result = RefreshResult(client=session.client, version=session.environment.version)
    if identity.expire_at:
        result.expires, result.ttl = True, session.environment.ttl(identity.expire_at)
    yield from Send(Reply(id=command.id, refresh=result))


def sub_refresh(session: Session, command: Command) -> Handling:
    """Take a new token for a subscription.

    Raises (in the course of it):
        errors.SubscriptionExpired: the new token is expired too (3006).
        errors.InvalidToken: it is for another user or channel (3500).
    """
    request = command.sub_refresh
    assert request is not None
    subscription = session.subscriptions.get(request.channel)
    if subscription is None:
        raise PermissionDenied("there is no subscription to refresh", "subscribe first")
    try:
        grant = yield from verify(session, request.token, request.channel)
    except TokenExpired:
        raise SubscriptionExpired("the subscription token is expired") from None
    if grant.expire_at and grant.expire_at <= session.environment.clock.wall():
        raise SubscriptionExpired("the subscription token is expired")
    lease = lease_of(subscription)
    lease.expire_at, lease.token_id, lease.issued_at = grant.expire_at, grant.token_id, grant.issued_at
    yield from keep_subscription(session, subscription)
    result = SubRefreshResult()
    if grant.expire_at:
        result.expires, result.ttl = True, session.environment.ttl(grant.expire_at)
    yield from Send(Reply(id=command.id, sub_refresh=result))
