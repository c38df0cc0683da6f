"""What the realtime rooms ask of the rest of the house: tokens, access, snapshots and a caller's own handlers.

The realtime rooms know no database and no token format. ``fanwire.auth`` implements ``Authenticator``;
``fanwire.gateway.wiring`` implements the others over inbox and access. Every method may be called many times
at once; none is called under a lock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

# Shared, for most connections have no other: a set of their own would cost each 216 bytes.
NO_CHANNELS: frozenset[str] = frozenset()


class ServerSubscription(msgspec.Struct, frozen=True):
    """One server-side subscription of a connection token (its ``subs`` claim). Raw JSON of one line each."""

    info: msgspec.Raw | None = None
    data: msgspec.Raw | None = None


class Identity(msgspec.Struct, frozen=True):
    """Who a connection token speaks for. An empty ``user`` is an anonymous visitor.

    ``expire_at`` is when the connection must have refreshed, in seconds since the epoch (0: never).
    ``info`` is raw JSON that others see in presence; ``channels`` and ``subs`` are subscribed by the server.
    ``token_id`` (its ``jti``) and ``issued_at`` (its ``iat``, 0 if it says none) are what revocations name.
    """

    user: str
    expire_at: float = 0.0
    info: msgspec.Raw | None = None
    channels: tuple[str, ...] = ()
    subs: dict[str, ServerSubscription] = {}
    token_id: str = ""
    issued_at: float = 0.0

    def server_channels(self) -> frozenset[str]:
        """Every channel that the token itself subscribes to."""
        return frozenset((*self.channels, *self.subs)) if self.channels or self.subs else NO_CHANNELS


class SubscriptionGrant(msgspec.Struct, frozen=True):
    """What a subscription token allows: this user, on this channel, until ``expire_at`` (0: no end)."""

    user: str
    channel: str
    expire_at: float = 0.0
    info: msgspec.Raw | None = None
    data: msgspec.Raw | None = None
    token_id: str = ""
    issued_at: float = 0.0


class Authenticator(Protocol):
    """Verifies tokens. The node compares user and channel itself; implementations never log a token."""

    async def connect(self, token: str) -> Identity:
        """Verify a connection token, at connect and at refresh.

        Raises:
            errors.TokenExpired: it was good once, or is revoked (the session answers 109, or 3005 at refresh).
            errors.InvalidToken: signature, audience, issuer, times or claims are wrong (3500).
        """
        ...

    async def subscribe(self, token: str) -> SubscriptionGrant:
        """Verify a subscription token, at subscribe and at sub_refresh.

        Raises:
            errors.TokenExpired: the session answers 109.
            errors.InvalidToken: the session answers 103.
        """
        ...


class Allowed(msgspec.Struct, frozen=True):
    """Access is given, until an aware datetime or (None) until it is taken away.

    A position is recovered from only if what comes after it was published with a version above ``since`` (0: from
    any). ``locked``: others have no access, so publications wait whenever the node may not know of its end.
    """

    until: datetime | None = None
    since: int = 0
    locked: bool = False


class ChannelAccess(Protocol):
    """Decides over channels whose namespace has ``access`` = ``post``."""

    async def authorize(self, user: str, channel: str) -> Allowed:
        """Say that ``user`` ("" is anonymous) may read ``channel`` at this moment, by one fresh read.

        Raises:
            errors.PermissionDenied: with the rule that decided and a hint (103).
            errors.UnknownChannel: there is no such thing to read (102).
        """
        ...


class AccessChange(Protocol):
    """A fact of access, as ``fanwire.access.feed`` tells it.

    ``resource`` is ``creator:{id}`` (every post of that creator), ``post:{id}``, ``block:{id}`` (whatever that user
    publishes), ``tokens`` (all of ``user`` that were issued until ``at``) or ``token:{jti}``.
    """

    @property
    def user(self) -> str: ...

    @property
    def resource(self) -> str: ...

    @property
    def streams(self) -> tuple[str, ...]:
        """Audiences in which this may end the user's place, the first of them by a fact that can be asked for."""
        ...

    @property
    def at(self) -> float:
        """Since when it holds, in seconds since the epoch."""
        ...

    @property
    def reason(self) -> str:
        """What the client is told when the change ends a subscription, such as "cancelled"."""
        ...


class Revoker(Protocol):
    """Makes tokens count no more, durably, on every node."""

    async def revoke_token(self, token_id: str, user: str) -> None:
        """The token whose ``jti`` is ``token_id``; ``user`` is its ``sub``, or "" where that is not known."""
        ...

    async def revoke_tokens(self, user: str, issued_before: float) -> None:
        """All of ``user`` that were issued until ``issued_before`` (seconds since the epoch; 0: until now)."""
        ...


class Snapshot(msgspec.Struct, frozen=True):
    """The state of one user's notifications, from ONE consistent read.

    ``data`` is raw JSON of one line. The subscription then drops personal publications whose version is not
    above ``version``, and audience publications whose version is not above ``position``. ``streams`` are the
    audiences that the user belongs to, named as channels (``creator:anna``).
    """

    data: bytes
    version: int
    position: int
    streams: frozenset[str] = frozenset()


class Snapshots(Protocol):
    """Reads what a subscription to ``notifications:{user}`` starts from."""

    async def snapshot(self, user: str) -> Snapshot: ...


class ChannelStates(Protocol):
    """Reads where a channel stands whose counters leave no history."""

    async def state(self, channel: str) -> bytes | None:
        """Raw JSON of one line for the reply to a subscribe, read after this call; None when nothing is known.

        Not older than any publication before the call; what follows it is not lost, and carries higher versions.
        """
        ...


class Caller(msgspec.Struct, frozen=True):
    """The connection behind an rpc or a message."""

    user: str
    client: str


class RpcHandler(Protocol):
    """Answers rpc commands; without one they are answered with 108."""

    async def rpc(self, caller: Caller, method: str, data: bytes) -> bytes:
        """Return raw JSON. ``data`` is raw JSON, or empty when the client sent none.

        Raises:
            errors.MethodNotFound: there is no such method (104).
            errors.ClientError: any other answer.
        """
        ...


class MessageHandler(Protocol):
    """Takes what clients ``send`` without awaiting an answer; without one they are closed with 3508."""

    async def message(self, caller: Caller, data: bytes) -> None: ...
