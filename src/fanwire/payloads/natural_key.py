"""The natural key of a notification: what caused it, so that saying it twice gives one item.

The recipient is not part of it: the inbox keeps keys per user.
"""

from __future__ import annotations

from fanwire.payloads.notifications import NotificationType, SendNotification

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
    if event.idempotency_key is not None:
        return event.idempotency_key
    for names in _CAUSES.get(event.notification.type, ()):
        ids = [_id(event, name) for name in names]
        if all(ids):
            return ":".join((event.notification.type, *ids))
    return None


def _id(event: SendNotification, name: str) -> str:
    """The id as text, or nothing: only whole numbers and non-empty strings name a row."""
    value = event.notification.metadata.get(name)
    if value is None and name == "userId":
        value = event.actor
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
