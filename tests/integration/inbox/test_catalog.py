"""Every frame of every event is described by ``frames.catalog``, to the last field, and all it describes occurs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from pydantic import ValidationError
from sqlalchemy import select

from fanwire.frames import Frame, Target
from fanwire.frames.catalog import CATALOG, Counters, NotificationsRead, Snapshot, Told, Typing
from fanwire.frames.counters import COMMENTS, LIKES, Counter, comment_likes, known
from fanwire.payloads import EVENTS, Event
from fanwire.store import tables

from .conftest import Site

NOW = "2027-01-15T08:00:00Z"
POST = {"id": "p1", "creatorId": "anna", "title": "t", "content": "c", "isLocked": False, "createdAt": NOW}
NOTE = {"type": "TIP_RECEIVED", "title": "t", "metadata": {"deep": [None]}}
TIP = {"paymentId": "pay", "amount": 100, "currency": "RUB"}
MESSAGE = {"id": "m1", "senderId": "boris", "content": "text", "price": 100, "currency": "RUB"}
BID = {"id": "b1", "userId": "boris", "amount": 100, "seq": 1, "at": NOW}
SALE = {
    **{"id": "s1", "creatorId": "anna", "percent": 30, "startsAt": NOW, "endsAt": NOW},
    **{"maxRedemptions": 10, "remaining": 9},
}
SAID: list[tuple[str, dict[str, Any]]] = [
    ("grant_access", {"userId": "boris", "resource": "creator:anna", "tier": "basic", "until": "2099-01-01T00:00:00Z"}),
    ("grant_access", {"userId": "boris", "resource": "post:p9"}),
    ("notify_new_subscription", {"creatorId": "anna", "userId": "boris", "tier": "vip"}),
    ("follow_creator", {"userId": "clara", "creatorId": "anna"}),
    ("notify_new_post", {"post": POST, "creatorName": "Анна"}),
    ("send_audience_notification", {"creatorId": "anna", "notification": NOTE, "idempotencyKey": "k"}),
    ("retract_audience_notification", {"creatorId": "anna", "key": "k"}),
    ("notify_post_updated", {"post": POST}),
    ("notify_post_updated", {"post": {**POST, "isLocked": True}, "restricted": True}),
    ("restrict_post", {"postId": "p1"}),
    ("update_post_likes", {"postId": "p1", "userId": "boris", "liked": True, "likesCount": 1}),
    ("update_post_likes", {"postId": "p1", "userId": "boris", "liked": False}),
    ("update_comment_likes", {"postId": "p1", "commentId": "c1", "userId": "boris", "liked": True, "likesCount": 1}),
    ("notify_new_comment", {"postId": "p1", "comment": {"id": "c1", "userId": "boris"}, "commentsCount": 1}),
    ("notify_comment_deleted", {"postId": "p1", "commentId": "c1", "commentsCount": 0}),
    ("notify_post_deleted", {"postId": "p1", "creatorId": "anna"}),
    ("send_notification", {"userId": "boris", "notification": NOTE, "collapseKey": "c", "idempotencyKey": "k1"}),
    ("send_notification", {"userId": "boris", "notification": NOTE, "collapseKey": "c", "idempotencyKey": "k2"}),
    ("retract_notification", {"userId": "boris", "key": "k2"}),
    ("send_notification", {"userId": "boris", "notification": NOTE, "collapseKey": "d"}),
    ("mark_notifications_as_read", {"userId": "boris", "collapseKey": "d"}),
    ("notify_creator_update", {"creatorId": "anna", "changes": {"bio": "b"}}),
    ("notify_tip", {"creatorId": "anna", "tip": TIP, "total": 300}),
    ("retract_tip", {"creatorId": "anna", "tip": TIP}),
    ("notify_new_message", {"conversationId": "v1", "message": MESSAGE}),
    ("notify_message_read", {"conversationId": "v1", "userId": "anna", "upTo": "m1"}),
    ("notify_message_unlocked", {"conversationId": "v1", "userId": "anna", "message": MESSAGE}),
    ("update_unread_messages", {"userId": "anna", "total": 3}),
    ("notify_bid_placed", {"postId": "p1", "bid": BID, "endsAt": NOW}),
    ("notify_auction_extended", {"postId": "p1", "endsAt": NOW}),
    ("notify_auction_ended", {"postId": "p1", "winnerId": "boris", "amount": 100}),
    ("notify_flash_sale_started", {"sale": SALE}),
    ("notify_flash_sale_updated", {"sale": SALE}),
    ("notify_flash_sale_ended", {"sale": SALE}),
    ("block_user", {"userId": "anna", "blockedId": "dmitri"}),
    ("unblock_user", {"userId": "anna", "blockedId": "dmitri"}),
    ("revoke_tokens", {"userId": "dmitri"}),
    ("revoke_token", {"userId": "dmitri", "tokenId": "j1"}),
    ("revoke_access", {"userId": "boris", "resource": "post:p9"}),
    ("revoke_access", {"userId": "boris", "resource": "creator:anna"}),
    ("unfollow_creator", {"userId": "clara", "creatorId": "anna"}),
    ("clear_notifications", {"userId": "boris"}),
]
# Said by a socket or at a subscribe, not by an event.
NOT_OF_EVENTS = {Snapshot, Counters, Typing}


def event(function: str, payload: dict[str, Any]) -> Event:
    return EVENTS[function].model_validate(payload)


def described(namespace: str, data: dict[str, Any]) -> type[Told]:
    """The model that says exactly this."""
    for model in CATALOG[namespace]:
        try:
            said = model.model_validate(data).model_dump(mode="json", by_alias=True, exclude_unset=True)
        except ValidationError:
            continue
        if said == data:
            return model
    raise AssertionError(f"nothing in frames.catalog for {namespace}: describes {data}")


def namespaces(frames: Iterable[Frame]) -> list[tuple[str, dict[str, Any]]]:
    """Where clients see each frame: those for an audience come on its members' own channels."""
    return [
        ("notifications" if frame.target is Target.AUDIENCE else frame.channel.partition(":")[0], frame.data)
        for frame in frames
        if frame.target is not Target.CONTROL
    ]


async def test_all_frames_are_described_and_all_that_is_described_occurs(site: Site) -> None:
    frames = [frame for said in SAID for frame in await site.apply(event(*said))]
    frames += await site.apply(event("send_notification", {"userId": "eva", "notification": NOTE}))
    mine = frames[-1].data["notification"]["id"]
    frames += await site.apply(event("mark_notification_as_read", {"userId": "eva", "notificationId": mine}))
    seen = {described(namespace, data) for namespace, data in namespaces(frames)}
    wanted = {model for told in CATALOG.values() for model in told} - NOT_OF_EVENTS
    assert wanted - seen == {NotificationsRead}  # a reader's own act: below


def test_every_event_function_is_said_here() -> None:
    assert {function for function, _ in SAID} | {"mark_notification_as_read"} == set(EVENTS)


async def test_a_snapshot_a_readers_acts_and_the_counters_are_described(site: Site) -> None:
    await site.apply(event("send_notification", {"userId": "boris", "notification": NOTE}))
    snapshot = await site.inbox.snapshot("boris")
    assert described("notifications", snapshot.data) is Snapshot
    await site.inbox.mark_all_read("boris")
    async with site.database.read.connect() as connection:
        (data,) = (await connection.execute(select(tables.frame.c.data))).scalars()
    assert described("notifications", msgspec.json.decode(data)) is NotificationsRead
    counters = known("p1", [Counter(LIKES, 1, 5), Counter(COMMENTS, 2, 6), Counter(comment_likes("c1"), 3, 7)])
    assert counters is not None
    assert described("post", counters) is Counters
