"""What is said on ``notifications:{user}``: the user's own state, versioned, and audience items, shared.

How a store stays exact. Personal frames and the snapshot are absolute: ``unreadCount`` is the count at
``position`` in state ``version``; a store drops a version that is not above its own. Audience frames are the
same bytes for every member and carry no count: one whose ``position`` is above that of the newest absolute
count adds its item (one unread more), or takes it away (one less if it was unread). An absolute count that
arrives later with a lower ``position`` does not hold those: they stay added on top of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target


class Item(msgspec.Struct, frozen=True):
    """One notification as people read it. ``created_at`` is aware; ``gseq`` is its place in the order of all."""

    id: str
    gseq: int
    type: str
    title: str
    message: str
    metadata: dict[str, Any]
    created_at: datetime


class Counts(msgspec.Struct, frozen=True):
    """How many are unread in state ``version`` of the user, with all events up to gseq ``position``."""

    unread: int
    version: int
    position: int


def channel(user: str) -> str:
    """The channel of one user's notifications."""
    return f"notifications:{user}"


def wire(item: Item, *, is_read: bool = False) -> dict[str, Any]:
    """An item as the API and the socket show it."""
    return {
        "id": item.id,
        "type": item.type,
        "title": item.title,
        "message": item.message,
        "metadata": item.metadata,
        "isRead": is_read,
        "createdAt": timestamp(item.created_at),
    }


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as JavaScript's ``toISOString`` writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def snapshot(unread: Sequence[Item], counts: Counts) -> dict[str, Any]:
    """Where a subscription starts: the newest unread items, each with its ``position``, and the counts.

    The positions tell a store which of its items a later ``upTo`` covers, and whether a removed item that it
    does not hold can be one of its unread ones.
    """
    items = [{**wire(item), "position": item.gseq} for item in unread]
    return {"type": "snapshot", "notifications": items, **_absolute(counts)}


def sent(user: str, item: Item, counts: Counts, *, replaces: str | None = None) -> Draft:
    """One new item; ``replaces`` is the id of the unread one whose place it takes, and which is gone."""
    data: dict[str, Any] = {"type": "notification", "notification": wire(item)}
    if replaces is not None:
        data["replaces"] = replaces
    return _personal(user, data, counts)


def read(user: str, item_id: str, counts: Counts) -> Draft:
    return _personal(user, {"type": "notification_read", "notificationId": item_id}, counts)


def all_read(user: str, up_to: int, counts: Counts) -> Draft:
    return _personal(user, {"type": "notifications_read", "upTo": up_to}, counts)


def cleared(user: str, up_to: int, counts: Counts) -> Draft:
    return _personal(user, {"type": "notifications_cleared", "upTo": up_to}, counts)


def removed(user: str, item_id: str, counts: Counts) -> Draft:
    """One personal item is gone: an audience item takes its place, or it was taken back."""
    return _personal(user, {"type": "notification_removed", "notificationId": item_id}, counts)


def unread_count(user: str, counts: Counts, *, stream: str, reason: str) -> Draft:
    """The count after ``user`` left ``stream``, and why."""
    return _personal(user, {"type": "unread_count", "stream": stream, "reason": reason}, counts)


def audience_sent(stream: str, item: Item) -> Draft:
    """One item for all members of ``stream``."""
    data = {"type": "notification", "notification": wire(item), "stream": stream, "position": item.gseq}
    return Draft(Target.AUDIENCE, stream, data, item.gseq)


def audience_removed(stream: str, item_id: str, item_gseq: int, gseq: int) -> Draft:
    """An audience item is gone (its post was deleted, or it was taken back) at ``gseq``.

    ``itemPosition`` is the item's own place. Who has left the audience keeps the item until then, and is not told:
    their badge is one too high until the next absolute count, which is of the database and so without the item.
    """
    data = {
        "type": "notification_removed",
        "notificationId": item_id,
        "stream": stream,
        "itemPosition": item_gseq,
        "position": gseq,
    }
    return Draft(Target.AUDIENCE, stream, data, gseq)


def new_subscription(creator: str, user: str, tier: str | None, counts: Counts) -> Draft:
    """Told to the creator alone: who subscribes to whom is their own business."""
    data: dict[str, Any] = {"type": "new_subscription", "userId": user, "creatorId": creator}
    if tier is not None:
        data["tier"] = tier
    return _personal(creator, data, counts)


def _personal(user: str, data: dict[str, Any], counts: Counts) -> Draft:
    return Draft(Target.CHANNEL, channel(user), {**data, **_absolute(counts)}, counts.version)


def _absolute(counts: Counts) -> dict[str, int]:
    return {"unreadCount": counts.unread, "version": counts.version, "position": counts.position}
