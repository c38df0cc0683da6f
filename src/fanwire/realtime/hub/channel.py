"""One channel with subscribers on this node: its groups, its position, and those that are not live yet."""

from __future__ import annotations

from enum import Enum, auto

from fanwire.realtime.link import Outbound
from fanwire.realtime.protocol.stream import Publication, StreamPosition
from fanwire.realtime.protocol.wire import Wire
from fanwire.realtime.session.subscription import GUARDED, LIVE, POSITIONED, PUSH_JOIN_LEAVE, Subscription

# Shared by all channels that nobody is waiting for, which is most of them most of the time; never written to.
_NOBODY: dict[Subscription, None] = {}
# No publication with an offset was seen, and no subscriber came with a position.
UNKNOWN = -1


class Group:
    """The live subscribers that speak one wire. ``outbounds[i]`` belongs to ``subscriptions[i]``.

    The fan-out loop runs over ``outbounds`` alone: one append per subscriber.
    """

    __slots__ = ("outbounds", "subscriptions", "wire")

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.outbounds: list[Outbound] = []
        self.subscriptions: list[Subscription] = []

    def add(self, subscription: Subscription) -> None:
        subscription.place = len(self.outbounds)
        self.outbounds.append(subscription.outbound)
        self.subscriptions.append(subscription)

    def remove(self, subscription: Subscription) -> None:
        """Move the last one into the gap: constant time, whatever the number of subscribers."""
        place, subscription.place = subscription.place, -1
        last = self.subscriptions.pop()
        self.outbounds.pop()
        if last is not subscription:
            last.place = place
            self.subscriptions[place] = last
            self.outbounds[place] = last.outbound


class Step(Enum):
    """How a publication's offset stands to the channel's position."""

    NEXT = auto()
    OLD = auto()
    GAP = auto()


class Channel:
    """``offset`` and ``epoch`` are of the last publication that live subscribers have.

    ``floored`` counts subscribers with a floor, ``guarded`` those whose access can end, ``listeners`` those that
    are told of joins, ``positioned`` those with positions; ``checked_at`` is when the position was last known to be
    right (monotonic).
    """

    __slots__ = (
        "checked_at",
        "epoch",
        "floored",
        "groups",
        "guarded",
        "listeners",
        "name",
        "offset",
        "pending",
        "positioned",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.groups: tuple[Group, ...] = ()
        self.pending = _NOBODY
        self.offset = UNKNOWN
        self.epoch = ""
        self.floored = 0
        self.listeners = 0
        self.positioned = 0
        self.guarded = 0
        self.checked_at = 0.0

    @property
    def empty(self) -> bool:
        return not self.groups and not self.pending

    @property
    def position(self) -> StreamPosition:
        return StreamPosition(max(self.offset, 0), self.epoch)

    @property
    def count(self) -> int:
        """Live subscribers."""
        return sum(len(group.outbounds) for group in self.groups)

    def subscriptions(self) -> list[Subscription]:
        """The live ones, as a copy: ending them changes the groups."""
        return [subscription for group in self.groups for subscription in group.subscriptions]

    def with_positions(self) -> list[Subscription]:
        return [one for one in self.subscriptions() if one.flags & POSITIONED] if self.positioned else []

    def group(self, wire: Wire) -> Group:
        """The group of ``wire``, made when there is none."""
        for group in self.groups:
            if group.wire is wire:
                return group
        group = Group(wire)
        self.groups = (*self.groups, group)
        return group

    def wait(self, subscription: Subscription) -> None:
        """Keep a subscription that is not live yet. Constant time: after a restart a whole audience waits at once."""
        if not self.pending:
            self.pending = {}
        self.pending[subscription] = None

    def enter(self, subscription: Subscription) -> None:
        """Let a pending subscription go live."""
        self._leave_pending(subscription)
        subscription.flags |= LIVE
        self.group(subscription.wire).add(subscription)
        self._count(subscription, 1)

    def leave(self, subscription: Subscription) -> None:
        """Remove a subscription, live or pending; one that is not here is ignored."""
        if not subscription.flags & LIVE:
            self._leave_pending(subscription)
            return
        subscription.flags &= ~LIVE
        group = self.group(subscription.wire)
        group.remove(subscription)
        self._count(subscription, -1)
        if not group.outbounds:
            self.groups = tuple(one for one in self.groups if one is not group)

    def step(self, publication: Publication, epoch: str) -> Step:
        """Compare with the position, and move it. Without an offset there is nothing to compare."""
        offset = publication.offset
        if not offset:
            return Step.NEXT
        known, self.epoch, before = self.epoch, epoch, self.offset
        if before == UNKNOWN or (known == epoch and offset == before + 1):
            self.offset = offset
            return Step.NEXT
        if known == epoch and offset <= before:
            return Step.OLD
        self.offset = offset
        return Step.GAP

    def _leave_pending(self, subscription: Subscription) -> None:
        self.pending.pop(subscription, None)
        if not self.pending:
            self.pending = _NOBODY

    def _count(self, subscription: Subscription, by: int) -> None:
        if subscription.flags & POSITIONED:
            self.positioned += by
        if subscription.flags & PUSH_JOIN_LEAVE:
            self.listeners += by
        if subscription.flags & GUARDED:
            self.guarded += by
        if subscription.has_floor:
            self.floored += by
