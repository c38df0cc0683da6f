"""What a session asks of the world. A handler yields one and receives its result, typed by its class:

    identity = yield from Authenticate(token)

``Now`` effects are performed on the spot, without a loop iteration in between: what a handler does between
two ``Later`` effects happens at once for everybody else. An effect that fails raises in the handler.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from fanwire.errors import ClientError, Unsubscribe
from fanwire.realtime.channels.namespaces import Channel
from fanwire.realtime.ports import Allowed, Identity, Snapshot, SubscriptionGrant
from fanwire.realtime.protocol import model
from fanwire.realtime.protocol.stream import ClientInfo, HistoryFilter, PresenceStats, Publication, StreamPosition
from fanwire.realtime.session.subscription import Held, Subscription

T = TypeVar("T")


class Effect(Struct, Generic[T]):
    def __iter__(self) -> Generator[Effect[Any], Any, T]:
        result: T = yield self
        return result


class Now(Effect[T], Generic[T]):
    """Performed without waiting."""


class Later(Effect[T], Generic[T]):
    """May have to wait; the connection's next command waits with it."""


Handling = Generator[Effect[Any], Any, None]


class Send(Now[None]):
    reply: model.Reply


class Refuse(Now[None]):
    """Answer command ``id`` with an error; the node counts it and logs rule and hint."""

    id: int
    error: ClientError
    channel: str = ""


class Ping(Now[None]):
    pass


class Admit(Now[None]):
    """Count this connection among its user's; raises ``ConnectionLimit`` (3504)."""


class Withdraw(Now[None]):
    """Undo ``Admit`` and every subscription: connect was refused."""


class Beat(Now[None]):
    """Call ``heartbeat.beat`` in ``delay`` seconds; there is one such timer, a new one replaces it, None ends it."""

    delay: float | None


class Expire(Now[None]):
    """Call ``leases.expire`` in ``delay`` seconds; a new one replaces it, None ends it."""

    delay: float | None


class Lapse(Now[None]):
    """Call ``leases.lapse(subscription)`` in ``delay`` seconds; a new one replaces it, None ends it."""

    subscription: Subscription
    delay: float | None


class Enlist(Now[Subscription]):
    """Enter a subscription in the hub: from now on its publications are held for it."""

    channel: str
    flags: int


class TakeSeat(Now[None]):
    """Prepare a notifications subscription to receive its user's audiences."""

    subscription: Subscription


class Settle(Now[bool]):
    """Enter ``subscription`` in the audiences of ``snapshot``.

    False: it was not in all of them when the snapshot was read, so read it once more.
    """

    subscription: Subscription
    snapshot: Snapshot
    before: frozenset[str]


class GoLive(Now[None]):
    """From now on deliver; first what was held and is still new. ``position`` is None without positions."""

    subscription: Subscription
    position: StreamPosition | None
    held: Sequence[Held]


class Dismiss(Now[None]):
    """Take a subscription out of the hub."""

    subscription: Subscription


class End(Now[None]):
    """End a subscription from the server's side: dismiss it and tell the client why."""

    subscription: Subscription
    unsubscribe: Unsubscribe


class Authenticate(Later[Identity]):
    token: str


class VerifySubscription(Later[SubscriptionGrant]):
    token: str


class Authorize(Later[Allowed]):
    channel: str


class OpenFeeds(Later[None]):
    """Have the broker deliver ``channels`` (broker's names) to this node."""

    channels: Sequence[str]


class ReadSnapshot(Later[Snapshot]):
    user: str


class ReadState(Later[bytes | None]):
    """Where the channel stands; None when nothing is known of it."""

    channel: str


class ReadStream(Later[tuple[list[Publication], StreamPosition]]):
    channel: str
    filter: HistoryFilter


class Publish(Later[None]):
    channel: Channel
    data: bytes
    info: ClientInfo


class AddPresence(Later[None]):
    subscription: Subscription


class RemovePresence(Later[None]):
    """Never fails: presence ends by itself too."""

    subscription: Subscription


class TellJoin(Later[None]):
    """Never fails: the subscription was answered already."""

    subscription: Subscription


class TellLeave(Later[None]):
    """Never fails."""

    subscription: Subscription


class ReadPresence(Later[dict[str, ClientInfo]]):
    channel: str


class ReadPresenceStats(Later[PresenceStats]):
    channel: str


class Call(Later[bytes]):
    """Run an rpc; raises ``NotAvailable`` without a handler."""

    method: str
    data: bytes


class Deliver(Later[None]):
    """Hand over a message; raises ``DisconnectNotAvailable`` without a handler."""

    data: bytes
