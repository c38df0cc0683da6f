"""Tokens that count no more: what they have opened is closed, and what they are just opening is refused."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from fanwire.clock import Clock
from fanwire.errors import ConnectionExpired, TokenExpired, Unsubscribe
from fanwire.realtime.channels.names import NAMESPACE_END
from fanwire.realtime.ports import AccessChange
from fanwire.realtime.session.subscription import LOCKED

if TYPE_CHECKING:
    from fanwire.realtime.node.connection import Connection
    from fanwire.realtime.node.core import Core

# The resources that revocations name.
TOKENS, TOKEN = "tokens", "token"
# Seconds. No verifier takes longer for an answer, which a revocation may meanwhile have made wrong.
REMEMBERED = 60.0
# Both let the client come back with another token: 3005 as for one that has expired, 2501 likewise.
REASON = "token revoked"
SUBSCRIPTION_REVOKED = Unsubscribe(2501, REASON)


class Revocations:
    """Those of the last ``REMEMBERED`` seconds, for tokens that were being verified when they came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._recent: deque[tuple[float, AccessChange]] = deque()

    def note(self, change: AccessChange) -> None:
        now = self._clock.monotonic()
        while self._recent and self._recent[0][0] < now - REMEMBERED:
            self._recent.popleft()
        self._recent.append((now, change))

    def refuse(self, user: str, token_id: str, issued_at: float) -> None:
        """Call it with each token that the verifier has just found good; raises TokenExpired (109)."""
        if any(names(change, user, token_id, issued_at) for _, change in self._recent):
            raise TokenExpired("the token was revoked while it was being verified", "get a new one")


def concerns_tokens(change: AccessChange) -> bool:
    return change.resource.partition(NAMESPACE_END)[0] in (TOKENS, TOKEN)


def names(change: AccessChange, user: str, token_id: str, issued_at: float) -> bool:
    """Whether ``change`` revokes this token. One that does not say when it was issued (0) is older than any."""
    if change.resource == TOKENS:
        return user == change.user and issued_at <= change.at
    same_token = bool(token_id) and change.resource == f"{TOKEN}{NAMESPACE_END}{token_id}"
    return same_token and change.user in ("", user)


def revoked(core: Core, change: AccessChange) -> None:
    """End what the tokens that ``change`` names have opened on this node."""
    core.revocations.note(change)
    for connection in core.registry.of_user(change.user) if change.user else core.registry.all():
        session = connection.session
        if names(change, session.user, session.token_id, session.issued_at):
            _take_back_locked(connection)
            connection.end_with(ConnectionExpired.code, REASON)
        else:
            _end_subscriptions(connection, change)


def _take_back_locked(connection: Connection) -> None:
    """A close is sent after whatever waits; what is locked must not wait for a slow client."""
    for subscription in connection.session.subscriptions.values():
        if subscription.flags & LOCKED:
            connection.take_back(subscription)


def _end_subscriptions(connection: Connection, change: AccessChange) -> None:
    for subscription in list(connection.session.subscriptions.values()):
        lease = subscription.lease
        if lease is None or lease.issued_at < 0:
            continue
        if names(change, connection.session.user, lease.token_id, lease.issued_at):
            connection.end_subscription(subscription, SUBSCRIPTION_REVOKED)
