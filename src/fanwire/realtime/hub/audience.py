"""An audience on this node: the notifications subscriptions that receive what is sent to one stream.

Audiences are no wire channels: a member gets each item on its own ``notifications:{user}`` (DESIGN.md
section 4). The item is encoded once; a member costs two appends.
"""

from __future__ import annotations

from fanwire.realtime.protocol.stream import Publication
from fanwire.realtime.protocol.wire import Wire
from fanwire.realtime.session.subscription import LIVE, Held, Seat, Subscription


class Audience:
    """``newest`` is the last version seen on this node, ``floor`` the highest position of a member's snapshot."""

    __slots__ = ("floor", "members", "name", "newest", "pending")

    def __init__(self, name: str) -> None:
        self.name = name
        # Per wire, with each member's opening piece: a dict, because members leave in any order.
        self.members: dict[Wire, dict[Subscription, bytes]] = {}
        self.pending: dict[Subscription, None] = {}
        self.newest = 0
        self.floor = 0

    @property
    def empty(self) -> bool:
        return not self.members and not self.pending

    def add(self, subscription: Subscription, seat: Seat) -> None:
        """Enter a subscription: it receives if it is live, otherwise publications are held for it."""
        seat.streams.add(self.name)
        if not subscription.flags & LIVE:
            self.pending[subscription] = None
            return
        self.floor = max(self.floor, seat.position)
        self.members.setdefault(subscription.wire, {})[subscription] = seat.opening

    def go_live(self, subscription: Subscription, seat: Seat) -> None:
        self.pending.pop(subscription, None)
        self.add(subscription, seat)

    def remove(self, subscription: Subscription, seat: Seat) -> None:
        seat.streams.discard(self.name)
        self.pending.pop(subscription, None)
        members = self.members.get(subscription.wire)
        if members is not None:
            members.pop(subscription, None)
            if not members:
                del self.members[subscription.wire]

    def admitted(self, wire: Wire, publication: Publication) -> dict[Subscription, bytes]:
        """The members of ``wire`` whose snapshot does not hold ``publication``; usually that is all of them."""
        members = self.members[wire]
        if not publication.version or publication.version > self.floor:
            return members
        return {one: opening for one, opening in members.items() if seat_admits(one, publication)}

    def hold(self, held: Held) -> None:
        for subscription in self.pending:
            subscription.hold(held)


def seat_admits(subscription: Subscription, publication: Publication) -> bool:
    """Whether an audience's publication is newer than the snapshot of ``subscription``."""
    seat = subscription.seat
    return seat is None or not publication.version or publication.version > seat.position
