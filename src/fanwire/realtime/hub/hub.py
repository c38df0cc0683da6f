"""The hub: channels and audiences of this node, and the fan-out to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from fanwire.errors import InappropriateProtocol
from fanwire.realtime.channels.names import audience as audience_channel
from fanwire.realtime.hub.audience import Audience, seat_admits
from fanwire.realtime.hub.channel import UNKNOWN, Channel, Step
from fanwire.realtime.hub.doubts import Doubts
from fanwire.realtime.hub.fanout import (
    admits,
    to_admitted,
    to_all,
    to_listeners,
    to_members,
    to_trusted,
    to_unpositioned,
)
from fanwire.realtime.link import Outbound
from fanwire.realtime.ports import Snapshot
from fanwire.realtime.protocol.model import Join, Leave, Push, Reply
from fanwire.realtime.protocol.stream import ClientInfo, Publication, StreamPosition
from fanwire.realtime.protocol.wire import Wire
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.subscription import PUSH_JOIN_LEAVE, Held, Seat, Subscription


class Casualties(NamedTuple):
    """What the node has to end: ``lost`` has missed publications, ``unreadable`` got what its wire cannot carry."""

    lost: Sequence[Subscription] = ()
    unreadable: Sequence[Subscription] = ()


NONE = Casualties()


class Settled(NamedTuple):
    """``missed``: an item may have passed between the read and the entry. ``entered`` and ``idle`` are the
    broker's channels that must be open for this to be true, and that nobody here listens to any more."""

    missed: bool
    entered: Sequence[str]
    idle: Sequence[str]


class Hub:
    """Every method returns at once. ``publications`` and ``deliveries`` count what went out."""

    __slots__ = ("audiences", "channels", "deliveries", "doubts", "publications", "subscriptions")

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.audiences: dict[str, Audience] = {}
        self.publications = 0
        self.deliveries = 0
        self.subscriptions = 0
        self.doubts = Doubts()

    def enlist(self, session: Session, name: str, outbound: Outbound, flags: int) -> Subscription:
        """Enter a subscription that is not live yet: from now on its publications are held."""
        channel = self.channels.get(name)
        if channel is None:
            channel = self.channels[name] = Channel(name)
        subscription = Subscription(session, channel.name, outbound, session.wire, flags)
        subscription.held = []
        channel.wait(subscription)
        self.subscriptions += 1
        return subscription

    def go_live(
        self, subscription: Subscription, position: StreamPosition | None, held: Sequence[Held]
    ) -> Sequence[Subscription]:
        """Deliver ``held`` and everything after it.

        ``position`` is where the subscription stands after ``held`` (None without positions). Returns the
        subscriptions that turn out to follow another life of the stream; the caller ends them.
        """
        channel = self.channels[subscription.channel]
        subscription.held = None
        for one in held:
            self._deliver_held(subscription, one)
        lost = self._place(channel, subscription, position) if position is not None else ()
        channel.enter(subscription)
        self._take_seat(subscription)
        return lost

    def remove(self, subscription: Subscription) -> list[str]:
        """Take a subscription out; returns what nobody here listens to any more, by the broker's names."""
        channel = self.channels.get(subscription.channel)
        if channel is None or not (subscription.place >= 0 or subscription in channel.pending):
            return []
        self.subscriptions -= 1
        self.doubts.forget(subscription)
        channel.leave(subscription)
        subscription.held = None
        idle = self._leave_audiences(subscription)
        if channel.empty:
            del self.channels[channel.name]
            idle.append(channel.name)
        return idle

    def publish(self, name: str, publication: Publication, epoch: str) -> Casualties:
        """Deliver to the channel's live subscribers, and hold for those that are not live yet."""
        channel = self.channels.get(name)
        if channel is None:
            return NONE
        if channel.pending:
            held = Held(publication, epoch)
            for subscription in channel.pending:
                subscription.hold(held)
        step = channel.step(publication, epoch)
        if step is Step.OLD:
            return NONE
        lost: Sequence[Subscription] = channel.with_positions() if step is Step.GAP else ()
        beyond_gap = bool(lost)
        if channel.guarded and self.doubts.any:
            lost = [*lost, *self.doubts.hold(channel, Held(publication, epoch))]
        unreadable = self._fan_out(channel, publication, epoch, beyond_gap=beyond_gap)
        return Casualties(lost, unreadable) if lost or unreadable else NONE

    def release(self, subscription: Subscription, held: Sequence[Held]) -> None:
        """Deliver what waited while it was not known whether access had ended."""
        for one in held:
            self._deliver_held(subscription, one)

    def tell_join(self, name: str, info: ClientInfo) -> None:
        self._tell(name, Push(name, join=Join(info)))

    def tell_leave(self, name: str, info: ClientInfo) -> None:
        self._tell(name, Push(name, leave=Leave(info)))

    def seat(self, subscription: Subscription) -> None:
        """Prepare ``subscription`` to be a member of audiences."""
        subscription.seat = Seat(subscription.wire.opening(subscription.channel))

    def attach(self, subscription: Subscription, stream: str) -> Audience | None:
        """Make ``subscription`` a member of the audience; None when it has no seat, or was one before."""
        seat = subscription.seat
        if seat is None or stream in seat.streams:
            return None
        audience = self.audiences.get(stream)
        if audience is None:
            audience = self.audiences[stream] = Audience(stream)
        audience.add(subscription, seat)
        return audience

    def detach(self, subscription: Subscription, stream: str) -> bool:
        """End a membership; true when nobody here belongs to the audience any more."""
        seat, audience = subscription.seat, self.audiences.get(stream)
        if seat is None or audience is None or stream not in seat.streams:
            return False
        audience.remove(subscription, seat)
        if audience.empty:
            del self.audiences[stream]
        return audience.empty

    def settle(self, subscription: Subscription, snapshot: Snapshot, before: frozenset[str]) -> Settled:
        """Make ``subscription`` a member of the snapshot's audiences, and of those that changed while it was read.

        ``before`` are the audiences that it belonged to when the read began.
        """
        seat = subscription.seat
        assert seat is not None
        subscription.version_floor, seat.position = snapshot.version, snapshot.position
        changes = seat.changes or {}
        wanted = snapshot.streams.union(changes).difference(one for one, joined in changes.items() if not joined)
        idle = [audience_channel(one) for one in tuple(seat.streams - wanted) if self.detach(subscription, one)]
        for stream in wanted:
            self.attach(subscription, stream)
        missed = any(self.audiences[stream].newest > snapshot.position for stream in wanted - before)
        return Settled(missed, [audience_channel(stream) for stream in wanted - before], idle)

    def publish_to_audience(self, stream: str, publication: Publication) -> Casualties:
        """Deliver to each member on its own notifications channel."""
        audience = self.audiences.get(stream)
        if audience is None:
            return NONE
        audience.newest = max(audience.newest, publication.version)
        if audience.pending:
            audience.hold(Held(publication, "", audience=True))
        self.publications += 1
        unreadable: list[Subscription] = []
        for wire in audience.members:
            members = audience.admitted(wire, publication)
            try:
                self.deliveries += to_members(wire.shared(publication, ""), members)
            except InappropriateProtocol:
                unreadable.extend(members)
        return Casualties((), unreadable) if unreadable else NONE

    def _place(self, channel: Channel, subscription: Subscription, position: StreamPosition) -> Sequence[Subscription]:
        """Bring the channel's position and the newcomer's together.

        Ahead of a channel that others follow, the newcomer skips what is still on its way to them. Behind it,
        or in another epoch, the stream itself went back: what the others hold is no longer part of it.
        """
        if channel.offset == UNKNOWN or not channel.groups:
            channel.offset, channel.epoch = position.offset, position.epoch
            return ()
        if position.epoch != channel.epoch or position.offset < channel.offset:
            lost = channel.with_positions()
            channel.offset, channel.epoch = position.offset, position.epoch
            return lost
        if position.offset > channel.offset:
            subscription.offset_floor = position.offset
        return ()

    def _fan_out(
        self, channel: Channel, publication: Publication, epoch: str, *, beyond_gap: bool
    ) -> Sequence[Subscription]:
        self.publications += 1
        unreadable: Sequence[Subscription] = ()
        doubtful = channel.guarded and self.doubts.any
        for group in channel.groups:
            try:
                frame = group.wire.publication(channel.name, publication, epoch)
            except InappropriateProtocol:
                unreadable = [*unreadable, *group.subscriptions]
                continue
            if doubtful:
                self.deliveries += to_trusted(frame, group, publication, self.doubts, beyond_gap=beyond_gap)
            elif beyond_gap:
                self.deliveries += to_unpositioned(frame, group)
            elif channel.floored:
                self.deliveries += to_admitted(frame, channel, group, publication)
            else:
                self.deliveries += to_all(frame, group.outbounds)
        return unreadable

    def _deliver_held(self, subscription: Subscription, held: Held) -> None:
        admit = seat_admits if held.audience else admits
        if admit(subscription, held.publication):
            frame = subscription.wire.publication(subscription.channel, held.publication, held.epoch)
            subscription.outbound.send(frame)
            self.deliveries += 1

    def _take_seat(self, subscription: Subscription) -> None:
        seat = subscription.seat
        if seat is None:
            return
        seat.changes = None
        for stream in seat.streams:
            self.audiences[stream].go_live(subscription, seat)

    def _leave_audiences(self, subscription: Subscription) -> list[str]:
        seat = subscription.seat
        if seat is None:
            return []
        return [audience_channel(stream) for stream in tuple(seat.streams) if self.detach(subscription, stream)]

    def _tell(self, name: str, push: Push) -> None:
        channel = self.channels.get(name)
        if channel is None or not channel.listeners:
            return
        for group in channel.groups:
            frame = partial(_reply_frame, group.wire, push)
            self.deliveries += to_listeners(group, frame, PUSH_JOIN_LEAVE)


def _reply_frame(wire: Wire, push: Push) -> bytes:
    return wire.reply(Reply(push=push))
