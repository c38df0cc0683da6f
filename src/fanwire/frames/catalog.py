"""Everything that clients may be told, by channel: the types of front ends are generated from it.

The functions beside it make the frames; a test holds every frame of every event against this list.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from fanwire.payloads.auctions import Bid
from fanwire.payloads.creators import CreatorChanges
from fanwire.payloads.flash_sales import FlashSale
from fanwire.payloads.messages import UnlockedMessage
from fanwire.payloads.posts import Comment, Post


class Told(BaseModel):
    """One kind of frame: ``type`` says what happened. A field with a default may be absent, and is then unknown."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Item(Told):
    """A notification as people read it; ``created_at`` is RFC 3339."""

    id: str
    type: str
    title: str
    message: str
    metadata: dict[str, Any]
    is_read: bool
    created_at: str


class SnapshotItem(Item):
    """``position`` says which of them a later ``up_to`` covers."""

    position: int


class _Absolute(Told):
    unread_count: int
    version: int
    position: int


class Snapshot(_Absolute):
    """Where a subscription starts: the newest unread items and the counts, in the reply's ``data``."""

    type: Literal["snapshot"]
    notifications: list[SnapshotItem]


class NotificationSent(_Absolute):
    """An item for this user alone; ``replaces`` is the unread one whose place it takes."""

    type: Literal["notification"]
    notification: Item
    replaces: str | None = None


class AudienceNotification(Told):
    """An item for all subscribers of a creator; it carries no count."""

    type: Literal["notification"]
    notification: Item
    stream: str
    position: int


class NotificationRead(_Absolute):
    type: Literal["notification_read"]
    notification_id: str


class NotificationsRead(_Absolute):
    """All items up to this position were read."""

    type: Literal["notifications_read"]
    up_to: int


class NotificationsCleared(_Absolute):
    """All items up to this position were archived."""

    type: Literal["notifications_cleared"]
    up_to: int


class NotificationRemoved(_Absolute):
    """An item of this user alone is gone."""

    type: Literal["notification_removed"]
    notification_id: str


class AudienceNotificationRemoved(Told):
    """An audience item is gone; ``item_position`` is where it stood."""

    type: Literal["notification_removed"]
    notification_id: str
    stream: str
    item_position: int
    position: int


class UnreadCount(_Absolute):
    """A subscription ended, and the count with it."""

    type: Literal["unread_count"]
    stream: str
    reason: str


class NewSubscription(_Absolute):
    """Told to the creator alone."""

    type: Literal["new_subscription"]
    user_id: str
    creator_id: str
    tier: str | None = None


class FeedUpdate(Told):
    """An open post of a creator whom the user follows."""

    type: Literal["feed_update"]
    post: Post


class PostCreated(Told):
    """All of it for its author; of a locked post only the teaser for the others."""

    type: Literal["post_created"]
    post: Post


class PostUpdated(Told):
    """With ``restricted``, somebody may not read it any more: ``post`` is then its teaser."""

    type: Literal["post_updated"]
    post_id: str
    post: Post
    restricted: bool | None = None
    version: int


class PostDeleted(Told):
    type: Literal["post_deleted"]
    post_id: str
    creator_id: str | None = None


class PostLiked(Told):
    """The absolute count, if it is known."""

    type: Literal["post_liked", "post_unliked"]
    post_id: str
    user_id: str
    likes_count: int | None = None
    version: int


class CommentLiked(Told):
    type: Literal["comment_liked", "comment_unliked"]
    post_id: str
    comment_id: str
    likes_count: int | None = None
    version: int


class CommentAdded(Told):
    type: Literal["comment_added"]
    post_id: str
    comment: Comment
    comments_count: int | None = None
    version: int


class CommentDeleted(Told):
    type: Literal["comment_deleted"]
    post_id: str
    comment_id: str
    comments_count: int | None = None
    version: int


class Counters(Told):
    """Where the counters of a post stand, in the reply's ``data`` of a subscription."""

    type: Literal["counters"]
    post_id: str
    likes_count: int | None = None
    comments_count: int | None = None
    comment_likes: dict[str, int] | None = None
    version: int


class LikeState(Told):
    """To the devices of who liked."""

    type: Literal["like_state"]
    post_id: str
    is_liked: bool
    version: int


class CommentLikeState(Told):
    type: Literal["comment_like_state"]
    post_id: str
    comment_id: str
    is_liked: bool
    version: int


class SubscriptionUpdated(Told):
    """``until`` is RFC 3339, or null for an open end."""

    type: Literal["subscription_updated"]
    creator_id: str
    tier: str | None
    until: str | None


class SubscriptionCancelled(Told):
    type: Literal["subscription_cancelled"]
    creator_id: str
    reason: str


class PostUnlocked(Told):
    """Ask for the post's channel again: it opens."""

    type: Literal["post_unlocked"]
    post_id: str


class PostLocked(Told):
    type: Literal["post_locked"]
    post_id: str
    reason: str


class EarningsUpdated(Told):
    """``amount`` is in minor units, below zero for what was given back; ``total`` is that of the currency."""

    type: Literal["earnings_updated"]
    source: str
    payment_id: str
    amount: int
    currency: str
    total: int | None = None
    version: int


class UnreadMessages(Told):
    """Of all conversations."""

    type: Literal["unread_messages"]
    unread_messages: int
    version: int


class WireMessage(UnlockedMessage):
    """A message; one that ``is_locked`` has to be bought before its text comes."""

    is_locked: bool


class MessageCreated(Told):
    type: Literal["message_created"]
    conversation_id: str
    message: WireMessage


class MessageUnlocked(Told):
    type: Literal["message_unlocked"]
    conversation_id: str
    message: WireMessage


class MessageRead(Told):
    """``user_id`` has read all messages up to ``up_to``."""

    type: Literal["message_read"]
    conversation_id: str
    user_id: str
    up_to: str


class Typing(Told):
    """Now, and never stored."""

    type: Literal["typing"]
    conversation_id: str
    user_id: str


class CreatorUpdated(Told):
    type: Literal["creator_updated"]
    creator_id: str
    changes: CreatorChanges


class FlashSaleChanged(Told):
    """``remaining`` is absolute; the highest ``version`` holds."""

    type: Literal["flash_sale_started", "flash_sale_updated", "flash_sale_ended"]
    sale: FlashSale
    version: int


class BidPlaced(Told):
    type: Literal["bid_placed"]
    post_id: str
    bid: Bid
    ends_at: str


class AuctionExtended(Told):
    type: Literal["auction_extended"]
    post_id: str
    ends_at: str


class AuctionEnded(Told):
    type: Literal["auction_ended"]
    post_id: str
    winner_id: str | None = None
    amount: int | None = None


# Namespace -> what its channels carry; replies to subscribes (``snapshot``, ``counters``) included.
CATALOG: dict[str, tuple[type[Told], ...]] = {
    "notifications": (
        Snapshot,
        NotificationSent,
        AudienceNotification,
        NotificationRead,
        NotificationsRead,
        NotificationsCleared,
        NotificationRemoved,
        AudienceNotificationRemoved,
        UnreadCount,
        NewSubscription,
        FeedUpdate,
    ),
    "feed": (
        PostCreated,
        LikeState,
        CommentLikeState,
        SubscriptionUpdated,
        SubscriptionCancelled,
        PostUnlocked,
        PostLocked,
        EarningsUpdated,
        UnreadMessages,
        MessageUnlocked,
    ),
    "creator": (PostCreated, PostUpdated, PostDeleted, CreatorUpdated, FlashSaleChanged),
    "post": (Counters, PostLiked, CommentLiked, CommentAdded, CommentDeleted, PostUpdated, PostDeleted),
    "conversation": (MessageCreated, MessageRead, Typing),
    "auction": (BidPlaced, AuctionExtended, AuctionEnded),
}
