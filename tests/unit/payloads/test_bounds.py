"""Numbers and times that not every reader of them can hold are refused where they are said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from fanwire.payloads import EVENTS

TOO_LARGE = 2**53


@pytest.mark.parametrize(
    ("function", "field", "told"),
    [
        ("update_post_likes", "likesCount", {"postId": "p", "userId": "u", "liked": True, "likesCount": TOO_LARGE}),
        ("notify_comment_deleted", "commentsCount", {"postId": "p", "commentId": "c", "commentsCount": TOO_LARGE}),
        ("update_unread_messages", "total", {"userId": "u", "total": TOO_LARGE}),
        ("notify_auction_ended", "amount", {"postId": "p", "winnerId": "u", "amount": TOO_LARGE}),
        (
            "notify_bid_placed",
            "bid.seq",
            {
                "postId": "p",
                "endsAt": "2026-03-01T00:00:00Z",
                "bid": {"id": "b", "userId": "u", "amount": 1, "seq": TOO_LARGE, "at": "2026-03-01T00:00:00Z"},
            },
        ),
        (
            "notify_new_message",
            "message.price",
            {"conversationId": "c", "message": {"id": "m", "senderId": "u", "price": TOO_LARGE}},
        ),
    ],
)
def test_a_number_that_javascript_or_a_bigint_cannot_hold(function: str, field: str, told: dict[str, Any]) -> None:
    """Else it is answered with 202, and ends among the dead letters."""
    with pytest.raises(ValidationError, match=str(TOO_LARGE - 1)) as refused:
        EVENTS[function].model_validate(told)
    assert ".".join(map(str, refused.value.errors()[0]["loc"])) == field


@pytest.mark.parametrize(
    "moment", [datetime.max.replace(tzinfo=UTC), "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]
)
@pytest.mark.parametrize(
    ("function", "field", "told"),
    [
        ("grant_access", "until", {"userId": "u", "resource": "creator:anna"}),
        ("revoke_tokens", "issuedBefore", {"userId": "u"}),
    ],
)
def test_a_time_that_some_zone_cannot_write(function: str, field: str, told: dict[str, Any], moment: object) -> None:
    """PostgreSQL shows times in its own zone: in Moscow the end of 9999 is of the year 10000, which Python cannot read.

    One such row would stop every gateway from reading the access log.
    """
    with pytest.raises(ValidationError, match="leave it out"):
        EVENTS[function].model_validate({**told, field: moment})
