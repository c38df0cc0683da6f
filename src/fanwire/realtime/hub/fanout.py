"""The hot loops: from one publication to the outbounds of its subscribers.

``link.Outbound.send`` is inlined here on purpose: a call per subscriber would cost more than the append
(DESIGN.md section 8). Keep them the same.
"""

from __future__ import annotations

from collections.abc import Callable, Container

from fanwire.realtime.hub.channel import Channel, Group
from fanwire.realtime.link import Outbound
from fanwire.realtime.protocol.stream import Publication
from fanwire.realtime.session.subscription import POSITIONED, Subscription


def to_all(frame: bytes, outbounds: list[Outbound]) -> int:
    """Append one finished frame to each outbound; returns how many there are."""
    for outbound in outbounds:
        frames = outbound.frames
        if not frames:
            outbound.flusher.mark(outbound)
        frames.append(frame)
    return len(outbounds)


def to_admitted(frame: bytes, channel: Channel, group: Group, publication: Publication) -> int:
    """The slow path of channels with floors: skip who already holds ``publication``."""
    count = 0
    for subscription in group.subscriptions:
        if admits(subscription, publication):
            subscription.outbound.send(frame)
            count += 1
        if subscription.offset_floor and publication.offset >= subscription.offset_floor:
            channel.floored -= subscription.lower_offset_floor()
    return count


def admits(subscription: Subscription, publication: Publication) -> bool:
    """Whether ``publication`` is new to ``subscription``. Versions of one channel only rise, so the floor does too."""
    if publication.offset and publication.offset <= subscription.offset_floor:
        return False
    if publication.version and subscription.version_floor >= 0:
        if publication.version <= subscription.version_floor:
            return False
        subscription.version_floor = publication.version
    return True


def to_unpositioned(frame: bytes, group: Group) -> int:
    """What comes behind a gap: with it, a client with a position would move beyond what it has missed."""
    count = 0
    for subscription in group.subscriptions:
        if not subscription.flags & POSITIONED:
            subscription.outbound.send(frame)
            count += 1
    return count


def to_trusted(
    frame: bytes, group: Group, publication: Publication, doubtful: Container[Subscription], *, beyond_gap: bool
) -> int:
    """The slow path while it is not known of some whether access has ended; floors are lowered by another one."""
    count = 0
    for subscription in group.subscriptions:
        if subscription in doubtful or (beyond_gap and subscription.flags & POSITIONED):
            continue
        if admits(subscription, publication):
            subscription.outbound.send(frame)
            count += 1
    return count


def to_members(shared: bytes, members: dict[Subscription, bytes]) -> int:
    """Append to each member its own opening piece and the piece that all share."""
    for subscription, opening in members.items():
        outbound = subscription.outbound
        frames = outbound.frames
        if not frames:
            outbound.flusher.mark(outbound)
        frames.append(opening)
        frames.append(shared)
    return len(members)


def to_listeners(group: Group, frame: Callable[[], bytes], wants: int) -> int:
    """Send to the subscribers that have the flag ``wants``; the frame is made when there is one."""
    made = b""
    count = 0
    for subscription in group.subscriptions:
        if subscription.flags & wants:
            made = made or frame()
            subscription.outbound.send(made)
            count += 1
    return count
