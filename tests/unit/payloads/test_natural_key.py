"""What caused a notification, as its key."""

from __future__ import annotations

from typing import Any

import pytest

from fanwire.payloads import NotificationType, SendNotification
from fanwire.payloads.natural_key import natural_key


def key(type: str, metadata: dict[str, Any], **more: Any) -> str | None:
    note = {"type": type, "title": "t", "metadata": metadata}
    return natural_key(SendNotification.model_validate({"userId": "anna", "notification": note, **more}))


@pytest.mark.parametrize(
    ("type", "metadata", "expected"),
    [
        ("NEW_SUBSCRIBER", {"subscriptionId": "s1", "userId": "u"}, "NEW_SUBSCRIBER:s1"),
        ("COMMENT_POST", {"postId": "p", "commentId": 7}, "COMMENT_POST:7"),
        ("REPLY_COMMENT", {"commentId": "c"}, "REPLY_COMMENT:c"),
        ("TIP_RECEIVED", {"tipId": "t", "paymentId": "p"}, "TIP_RECEIVED:p"),
        ("TIP_RECEIVED", {"tipId": "t"}, "TIP_RECEIVED:t"),
        ("POST_PURCHASE", {"purchaseId": "x"}, "POST_PURCHASE:x"),
        ("NEW_MESSAGE", {"messageId": "m"}, "NEW_MESSAGE:m"),
        ("NEW_POST_FROM_SUBSCRIPTION", {"postId": "p", "creatorId": "c"}, "NEW_POST_FROM_SUBSCRIPTION:p"),
        ("AUCTION_NEW_BID", {"bidId": "b"}, "AUCTION_NEW_BID:b"),
        ("AUCTION_WON", {"postId": "p"}, "AUCTION_WON:p"),
        ("AUCTION_WON", {"postId": "p", "auctionId": "a"}, "AUCTION_WON:a"),
        ("AUCTION_PAYMENT_REMINDER", {"reminderId": "r"}, "AUCTION_PAYMENT_REMINDER:r"),
        ("AUCTION_DEPOSIT_REFUNDED", {"depositId": "d"}, "AUCTION_DEPOSIT_REFUNDED:d"),
        ("LIKE_POST", {"postId": "p", "userId": "u"}, "LIKE_POST:p:u"),
        ("LIKE_COMMENT", {"commentId": "c", "userId": "u"}, "LIKE_COMMENT:c:u"),
    ],
)
def test_the_cause_is_named_by_the_metadata(type: str, metadata: dict[str, Any], expected: str) -> None:
    assert key(type, metadata) == expected


@pytest.mark.parametrize(
    ("type", "metadata"),
    [
        ("COMMENT_POST", {"postId": "p"}),
        ("LIKE_POST", {"postId": "p"}),
        ("TIP_RECEIVED", {"paymentId": None}),
        ("TIP_RECEIVED", {"paymentId": ""}),
        ("TIP_RECEIVED", {"paymentId": True}),
        ("TIP_RECEIVED", {"paymentId": {"id": 1}}),
        # Reminders of one auction are many: only an id of the reminder itself can tell two of them apart.
        ("AUCTION_PAYMENT_REMINDER", {"auctionId": "a"}),
        ("OF_MY_OWN", {"postId": "p"}),
    ],
)
def test_without_ids_there_is_no_key(type: str, metadata: dict[str, Any]) -> None:
    assert key(type, metadata) is None


def test_the_actor_stands_in_for_the_user_id() -> None:
    assert key("LIKE_POST", {"postId": "p"}, actor="u") == "LIKE_POST:p:u"


def test_the_callers_key_wins() -> None:
    assert key("TIP_RECEIVED", {"paymentId": "p"}, idempotencyKey="mine") == "mine"


@pytest.mark.parametrize("type", list(NotificationType))
def test_every_type_of_the_guide_can_have_a_key(type: NotificationType) -> None:
    names = ("subscriptionId", "commentId", "paymentId", "purchaseId", "messageId", "postId", "bidId", "reminderId")
    assert str(key(type, dict.fromkeys((*names, "userId"), "x"))).startswith(f"{type.value}:x")
