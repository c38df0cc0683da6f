"""What is taken back is gone for good, whenever its send comes; counts stay exact."""

from __future__ import annotations

from typing import Any

import pytest

from fanwire.frames import Frame
from fanwire.payloads import Notification, RetractNotification, SendNotification
from fanwire.store import tables
from tests.integration.inbox.conftest import Row, Site

KEY = "TIP_RECEIVED:pay_1"


def tip(payment: str = "pay_1", user: str = "anna") -> SendNotification:
    metadata: dict[str, Any] = {"paymentId": payment}
    return SendNotification(
        user_id=user, notification=Notification(type="TIP_RECEIVED", title="Чаевые", metadata=metadata)
    )


def retract(key: str = KEY, user: str = "anna") -> RetractNotification:
    return RetractNotification(user_id=user, key=key)


def said(frames: list[Frame]) -> list[tuple[Any, ...]]:
    return [(frame.channel, frame.data["type"], frame.data["unreadCount"]) for frame in frames]


@pytest.mark.parametrize("is_read", [False, True])
async def test_an_item_goes_read_or_not(site: Site, is_read: bool) -> None:
    sent = await site.apply(tip(), tip("pay_2"), tip(user="boris"))
    if is_read:
        await site.inbox.mark_read("anna", sent[0].event_id)
    frames = await site.apply(retract())
    assert said(frames) == [("notifications:anna", "notification_removed", 1)]
    assert frames[0].data["notificationId"] == sent[0].event_id
    page = await site.inbox.page("anna")
    assert [one["id"] for one in page.notifications] == [sent[1].event_id]
    assert page.unread_count == await site.inbox.unread_count("boris") == 1
    assert await site.apply(retract(), tip(), retract()) == []


async def test_a_retraction_may_come_first(site: Site) -> None:
    """In its own batch, in the same one, and by the id of what is yet to come."""
    assert await site.apply(retract()) == []
    assert await site.apply(tip(), retract("TIP_RECEIVED:pay_2"), tip("pay_2")) == []
    keyless = Row("late", "send_notification", {"userId": "anna", "notification": {"type": "HELLO", "title": "t"}})
    assert await site.apply(retract("late"), keyless) == []
    assert await site.inbox.page("anna") == ([], 0, None)
    assert said(await site.apply(tip(user="boris"))) == [("notifications:boris", "notification", 1)]


async def test_an_item_goes_by_its_id_and_its_key_goes_with_it(site: Site) -> None:
    row, keyless = (
        site.row(tip()),
        site.row(SendNotification(user_id="anna", notification=Notification(type="HELLO", title="t"))),
    )
    await site.apply(row, keyless)
    frames = await site.apply(retract(row.event_id), retract(keyless.event_id))
    assert [frame.data["unreadCount"] for frame in frames] == [1, 0]
    assert await site.apply(tip(), row, keyless) == []
    assert await site.size(tables.inbox_item) == 0


async def test_nobody_elses_item_goes(site: Site) -> None:
    sent = await site.apply(tip(user="boris"))
    assert await site.apply(retract(), retract(sent[0].event_id)) == []
    assert await site.inbox.unread_count("boris") == 1
