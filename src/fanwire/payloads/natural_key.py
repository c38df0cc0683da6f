"""The natural key of a notification: what caused it, so that saying it twice gives one item.

The recipient is not part of it: the inbox keeps keys per user, and those of audience items per creator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanwire.payloads.notification_type import NotificationType

if TYPE_CHECKING:
    from fanwire.payloads.notifications import Notification, SendNotification

# type -> alternatives, each a tuple of metadata names that must all be there; the first that fits is used.
_CAUSES: dict[str, tuple[tuple[str, ...], ...]] = {
    NotificationType.NEW_SUBSCRIBER: (("subscriptionId",),),
    NotificationType.COMMENT_POST: (("commentId",),),
    NotificationType.REPLY_COMMENT: (("commentId",),),
    NotificationType.TIP_RECEIVED: (("paymentId",), ("tipId",)),
    NotificationType.POST_PURCHASE: (("purchaseId",),),
    NotificationType.NEW_MESSAGE: (("messageId",),),
    NotificationType.NEW_POST_FROM_SUBSCRIPTION: (("postId",),),
    NotificationType.AUCTION_NEW_BID: (("bidId",),),
    NotificationType.AUCTION_WON: (("auctionId",), ("postId",)),
    NotificationType.AUCTION_PAYMENT_REMINDER: (("reminderId",),),
    NotificationType.AUCTION_DEPOSIT_REFUNDED: (("refundId",), ("depositId",), ("auctionId",), ("postId",)),
    NotificationType.LIKE_POST: (("postId", "userId"),),
    NotificationType.LIKE_COMMENT: (("commentId", "userId"),),
}


def natural_key(event: SendNotification) -> str | None:
    """``TYPE:id`` of what caused the notification, or None where the caller named nothing: the event id is the key.

    The caller's ``idempotency_key`` wins. An id of a like's actor is ``metadata.userId``, else ``actor``.
    """
    return event.idempotency_key or cause(event.notification, event.actor)


def cause(notification: Notification, actor: str | None) -> str | None:
    """The key that type and metadata give by themselves."""
    for names in _CAUSES.get(notification.type, ()):
        ids = [_id(notification, actor, name) for name in names]
        if all(ids):
            return ":".join((notification.type, *ids))
    return None


def _id(notification: Notification, actor: str | None, name: str) -> str:
    """The id as text, or nothing: only whole numbers and non-empty strings name a row."""
    value = notification.metadata.get(name)
    if value is None and name == "userId":
        value = actor
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
