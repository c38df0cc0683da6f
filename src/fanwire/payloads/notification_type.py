"""What a notification can be about."""

from __future__ import annotations

from enum import StrEnum


class NotificationType(StrEnum):
    """The thirteen types of the guide. Others are accepted: any UPPER_CASE word of at most 64 characters."""

    LIKE_POST = "LIKE_POST"
    LIKE_COMMENT = "LIKE_COMMENT"
    COMMENT_POST = "COMMENT_POST"
    REPLY_COMMENT = "REPLY_COMMENT"
    NEW_SUBSCRIBER = "NEW_SUBSCRIBER"
    POST_PURCHASE = "POST_PURCHASE"
    NEW_POST_FROM_SUBSCRIPTION = "NEW_POST_FROM_SUBSCRIPTION"
    AUCTION_NEW_BID = "AUCTION_NEW_BID"
    AUCTION_WON = "AUCTION_WON"
    AUCTION_PAYMENT_REMINDER = "AUCTION_PAYMENT_REMINDER"
    AUCTION_DEPOSIT_REFUNDED = "AUCTION_DEPOSIT_REFUNDED"
    TIP_RECEIVED = "TIP_RECEIVED"
    NEW_MESSAGE = "NEW_MESSAGE"
