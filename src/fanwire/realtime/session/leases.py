"""How long things last: the connection's token, a subscription's token, and access to a channel."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from fanwire.errors import (
    UNSUBSCRIBED_EXPIRED,
    ConnectionExpired,
    PermissionDenied,
    SubscriptionExpired,
    Unsubscribe,
)
from fanwire.realtime.ports import Allowed
from fanwire.realtime.session.effects import Authorize, Effect, End, Expire, Handling, Lapse
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.subscription import DOUBTED, LOCKED, SERVER_SIDE, Lease, Subscription

# An application's code (2100-2499): final, the client does not subscribe again by itself.
ACCESS_ENDED = 2100
ACCESS_EXPIRED = Unsubscribe(ACCESS_ENDED, "expired")


def keep_connection(session: Session, expire_at: float) -> Handling:
    """The connection lasts until ``expire_at`` and some grace, in which the client refreshes (0: for ever)."""
    session.expire_at = expire_at
    grace = session.environment.settings.client.expired_close_delay
    yield from Expire(expire_at + grace - session.environment.clock.wall() if expire_at else None)


def expire(session: Session) -> Handling:
    """The timer of ``Expire`` has come.

    Raises (in the course of it):
        errors.ConnectionExpired: no refresh came in time (3005).
    """
    left = session.expire_at + session.environment.settings.client.expired_close_delay
    if session.environment.clock.wall() >= left:
        raise ConnectionExpired
    yield from keep_connection(session, session.expire_at)


def lease_of(subscription: Subscription) -> Lease:
    if subscription.lease is None:
        subscription.lease = Lease()
    return subscription.lease


def authorize(session: Session, subscription: Subscription) -> Generator[Effect[Any], Any, None]:
    """Ask for access. A change that is heard of from now on raises the doubt again: see ``establish.reassure``.

    Raises (in the course of it):
        errors.PermissionDenied: access is not given, or has just ended (103).
    """
    subscription.flags &= ~DOUBTED
    take(subscription, (yield from ask(session, subscription.channel)))


def ask(session: Session, channel: str) -> Generator[Effect[Any], Any, Allowed]:
    """On what terms access is given at this moment; raises as ``authorize`` does."""
    allowed = yield from Authorize(channel)
    if allowed.until is not None and allowed.until.timestamp() <= session.environment.clock.wall():
        raise PermissionDenied("access ended a moment ago", "renew it, then subscribe again", "expired")
    return allowed


def take(subscription: Subscription, allowed: Allowed) -> None:
    """Note on what terms access is given. ``keep_subscription`` sets the timer."""
    subscription.flags = subscription.flags | LOCKED if allowed.locked else subscription.flags & ~LOCKED
    if subscription.lease is not None or allowed.until is not None or allowed.since:
        lease = lease_of(subscription)
        lease.until = 0.0 if allowed.until is None else allowed.until.timestamp()
        lease.since = allowed.since


def keep_subscription(session: Session, subscription: Subscription) -> Handling:
    """Set the timer to whatever ends ``subscription`` first."""
    lease = subscription.lease
    if lease is None:
        return
    ends = [lease.until] if lease.until else []
    if lease.expire_at:
        ends.append(lease.expire_at + session.environment.settings.client.expired_sub_close_delay)
    yield from Lapse(subscription, min(ends) - session.environment.clock.wall() if ends else None)


def lapse(session: Session, subscription: Subscription) -> Handling:
    """The timer of ``Lapse`` has come.

    Raises (in the course of it):
        errors.SubscriptionExpired: a server-side subscription's token was not refreshed in time (3006).
    """
    lease = lease_of(subscription)
    now = session.environment.clock.wall()
    grace = session.environment.settings.client.expired_sub_close_delay
    if lease.until and now >= lease.until:
        yield from End(subscription, ACCESS_EXPIRED)
    elif lease.expire_at and now >= lease.expire_at + grace:
        if subscription.flags & SERVER_SIDE:
            raise SubscriptionExpired
        yield from End(subscription, UNSUBSCRIBED_EXPIRED)
    else:
        yield from keep_subscription(session, subscription)
