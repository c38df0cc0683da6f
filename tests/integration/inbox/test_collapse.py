"""An item with a collapse key takes the place of the unread one before it; what was read stays."""

from __future__ import annotations

from typing import Any

from fanwire.frames import Frame
from fanwire.payloads import ClearNotifications, MarkNotificationsAsRead, Notification, SendNotification
from tests.integration.inbox.conftest import Site


def message(number: int, *, chat: str | None = "conversation:1", user: str = "anna") -> SendNotification:
    metadata: dict[str, Any] = {"messageId": number}
    said = Notification(type="NEW_MESSAGE", title="Сообщение", message=str(number), metadata=metadata)
    return SendNotification(user_id=user, notification=said, collapse_key=chat)


async def listed(site: Site, user: str = "anna") -> list[tuple[str, bool]]:
    """Texts and read states, newest first, when page, count and snapshot agree."""
    page, snapshot = await site.inbox.page(user), await site.inbox.snapshot(user)
    unread = [one["id"] for one in page.notifications if not one["isRead"]]
    assert page.unread_count == snapshot.data["unreadCount"] == len(unread)
    assert [one["id"] for one in snapshot.data["notifications"]] == unread
    return [(one["message"], one["isRead"]) for one in page.notifications]


def replaced(frames: list[Frame]) -> list[Any]:
    return [frame.data.get("replaces") for frame in frames]


async def test_the_newest_unread_one_stands_for_all(site: Site) -> None:
    first = await site.apply(message(1), message(2, chat="conversation:2"))
    frames = await site.apply(message(3), message(4))
    assert replaced([*first, *frames]) == [None, None, first[0].event_id, frames[0].event_id]
    assert [frame.data["type"] for frame in frames] == ["notification"] * 2
    assert [(frame.data["unreadCount"], frame.data["version"]) for frame in frames] == [(2, 3), (2, 4)]
    assert await listed(site) == [("4", False), ("2", False)]


async def test_a_read_one_stays_and_another_opens(site: Site) -> None:
    first = await site.apply(message(1))
    await site.inbox.mark_read("anna", first[0].event_id)
    assert replaced(await site.apply(message(2))) == [None]
    await site.inbox.mark_all_read("anna")
    assert replaced(await site.apply(message(3), message(4, user="boris"), message(5, chat=None))) == [None] * 3
    assert await listed(site) == [("5", False), ("3", False), ("2", True), ("1", True)]
    frames = await site.apply(ClearNotifications(user_id="anna"), message(6))
    assert replaced(frames) == [None, None]
    assert await listed(site) == [("6", False)]


async def test_one_that_gave_its_place_does_not_come_back(site: Site) -> None:
    """The relay of a caller's retry: under its key, or under its id where it has none."""
    keyless = SendNotification(
        user_id="anna", notification=Notification(type="HELLO", title="t", message="0"), collapse_key="conversation:1"
    )
    rows = [site.row(one) for one in (message(1), keyless, message(2))]
    await site.apply(*rows)
    assert await site.apply(message(1), *rows) == []
    assert await listed(site) == [("2", False)]


async def test_opening_a_conversation_reads_its_item(site: Site) -> None:
    frames = await site.apply(message(1), message(2, chat="conversation:2"))
    opened = MarkNotificationsAsRead(user_id="anna", collapse_key="conversation:1")
    read = await site.apply(opened)
    assert [(frame.data["type"], frame.data["notificationId"], frame.data["unreadCount"]) for frame in read] == [
        ("notification_read", frames[0].event_id, 1)
    ]
    assert await site.apply(opened, MarkNotificationsAsRead(user_id="boris", collapse_key="conversation:1")) == []
    assert await listed(site) == [("2", False), ("1", True)]
    both = await site.apply(message(3), opened)
    assert [frame.data["unreadCount"] for frame in both] == [2, 1]
