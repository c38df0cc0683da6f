"""The exact words on ``notifications:{user}``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from fanwire.frames import Draft, Target, creators, notifications
from fanwire.frames.notifications import Counts, Item
from fanwire.payloads import NotifyCreatorUpdate

SAID = datetime(2027, 1, 1, 3, 0, 0, 123999, tzinfo=timezone(timedelta(hours=3)))
ITEM = Item("i1", 40, "NEW_MESSAGE", "Заголовок", "текст", {"messageId": "m"}, SAID)
WIRE = {
    "id": "i1",
    "type": "NEW_MESSAGE",
    "title": "Заголовок",
    "message": "текст",
    "metadata": {"messageId": "m"},
    "isRead": False,
    "createdAt": "2027-01-01T00:00:00.123Z",
}
COUNTS = Counts(unread=3, version=7, position=41)
ABSOLUTE = {"unreadCount": 3, "version": 7, "position": 41}


@pytest.mark.parametrize(
    ("draft", "data"),
    [
        (notifications.sent("boris", ITEM, COUNTS), {"type": "notification", "notification": WIRE}),
        (notifications.read("boris", "i1", COUNTS), {"type": "notification_read", "notificationId": "i1"}),
        (notifications.all_read("boris", 40, COUNTS), {"type": "notifications_read", "upTo": 40}),
        (notifications.cleared("boris", 40, COUNTS), {"type": "notifications_cleared", "upTo": 40}),
        (notifications.removed("boris", "i1", COUNTS), {"type": "notification_removed", "notificationId": "i1"}),
        (
            notifications.unread_count("boris", COUNTS, stream="creator:anna", reason="expired"),
            {"type": "unread_count", "stream": "creator:anna", "reason": "expired"},
        ),
        (
            notifications.new_subscription("boris", "clara", "vip", COUNTS),
            {"type": "new_subscription", "userId": "clara", "creatorId": "boris", "tier": "vip"},
        ),
        (
            notifications.new_subscription("boris", "clara", None, COUNTS),
            {"type": "new_subscription", "userId": "clara", "creatorId": "boris"},
        ),
    ],
)
def test_a_personal_frame_is_absolute_and_versioned(draft: Draft, data: dict[str, Any]) -> None:
    assert draft == Draft(Target.CHANNEL, "notifications:boris", {**data, **ABSOLUTE}, 7)


def test_an_audience_frame_is_shared_and_carries_no_count() -> None:
    data = {"type": "notification", "notification": WIRE, "stream": "creator:anna", "position": 40}
    assert notifications.audience_sent("creator:anna", ITEM) == Draft(Target.AUDIENCE, "creator:anna", data, 40)
    named = {"type": "notification_removed", "notificationId": "i1", "stream": "creator:anna"}
    gone = {**named, "itemPosition": 40, "position": 50}
    removed = notifications.audience_removed("creator:anna", "i1", 40, 50)
    assert removed == Draft(Target.AUDIENCE, "creator:anna", gone, 50)


def test_a_snapshot_says_where_each_item_stands() -> None:
    data = {"type": "snapshot", "notifications": [{**WIRE, "position": 40}], **ABSOLUTE}
    assert notifications.snapshot([ITEM], COUNTS) == data


def test_a_read_item_says_so() -> None:
    assert notifications.wire(ITEM, is_read=True) == {**WIRE, "isRead": True}


def test_times_are_utc_with_milliseconds() -> None:
    assert notifications.timestamp(datetime(2027, 1, 1, tzinfo=UTC)) == "2027-01-01T00:00:00.000Z"


def test_a_profile_tells_what_was_given_and_public() -> None:
    row = {"nickname": "Анна", "bio": None, "email": "anna@example.com"}
    event = NotifyCreatorUpdate.model_validate({"creatorId": "anna", "changes": row})
    data = {"type": "creator_updated", "creatorId": "anna", "changes": {"nickname": "Анна"}}
    assert creators.updated(event) == Draft(Target.CHANNEL, "creator:anna", data)
