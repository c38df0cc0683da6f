"""A creator tells all subscribers: one row, one frame, one item each; and takes it back."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import insert

from fanwire.frames import Frame, Target
from fanwire.payloads import (
    GrantAccess,
    Notification,
    NotifyNewPost,
    Post,
    RetractAudienceNotification,
    RevokeAccess,
    SendAudienceNotification,
)
from fanwire.store import tables
from tests.integration.inbox.conftest import Row, Site

JOIN = GrantAccess(user_id="boris", resource="creator:anna", tier="basic")


def message(number: int, creator: str = "anna", key: str | None = None) -> SendAudienceNotification:
    metadata: dict[str, Any] = {"messageId": number}
    said = Notification(type="NEW_MESSAGE", title="Сообщение", message=str(number), metadata=metadata)
    return SendAudienceNotification(creator_id=creator, notification=said, idempotency_key=key)


def retract(key: str, creator: str = "anna") -> RetractAudienceNotification:
    return RetractAudienceNotification(creator_id=creator, key=key)


async def texts(site: Site, user: str) -> list[str]:
    page = await site.inbox.page(user)
    assert page.unread_count == len(page.notifications)
    assert (await site.inbox.snapshot(user)).data["unreadCount"] == page.unread_count
    return [one["message"] for one in page.notifications]


def types(frames: list[Frame]) -> list[str]:
    return [frame.data["type"] for frame in frames]


async def test_one_row_and_one_frame_for_any_audience(site: Site) -> None:
    members = [{"user_id": f"m{n}", "stream": "creator:anna", "from_gseq": 0, "to_gseq": None} for n in range(500)]
    async with site.database.write.begin() as connection:
        await connection.execute(insert(tables.membership), members)
    await site.apply(JOIN)
    frames = await site.apply(message(1))
    assert [(frame.target, frame.channel, frame.version) for frame in frames] == [(Target.AUDIENCE, "creator:anna", 2)]
    data = frames[0].data
    assert (data["type"], data["stream"], data["position"]) == ("notification", "creator:anna", 2)
    assert data["notification"]["id"] == frames[0].event_id
    assert (await site.size(tables.audience_event), await site.size(tables.inbox_item)) == (1, 0)
    assert [await texts(site, user) for user in ("m0", "m499", "boris", "stranger")] == [["1"], ["1"], ["1"], []]
    assert await site.inbox.mark_read("boris", frames[0].event_id) == 0


async def test_the_same_cause_is_said_once_per_creator(site: Site) -> None:
    await site.apply(JOIN, JOIN.model_copy(update={"resource": "creator:elena"}))
    assert types(await site.apply(message(1), message(1), message(1, "elena"))) == ["notification"] * 2
    assert types(await site.apply(message(1), message(2, key="mine"), message(3, key="mine"))) == ["notification"]
    plain = Row(
        "again", "send_audience_notification", {"creatorId": "anna", "notification": {"type": "A", "title": ""}}
    )
    assert types(await site.apply(plain, plain)) == ["notification"]
    assert await site.apply(plain) == []
    assert await texts(site, "boris") == ["", "2", "1", "1"]


async def test_what_is_taken_back_is_gone_for_members_of_then_and_now(site: Site) -> None:
    left = RevokeAccess(user_id="clara", resource="creator:anna")
    frames = await site.apply(JOIN, JOIN.model_copy(update={"user_id": "clara"}), message(1), message(2), left)
    item = next(frame for frame in frames if frame.data.get("type") == "notification")
    gone = await site.apply(retract("NEW_MESSAGE:1"))
    assert [frame.data for frame in gone] == [
        {
            "type": "notification_removed",
            "notificationId": item.event_id,
            "stream": "creator:anna",
            "itemPosition": item.data["position"],
            "position": 6,
        }
    ]
    # Who has left keeps the item, without its text.
    assert (await texts(site, "boris"), await texts(site, "clara")) == (["2"], [""])
    assert await site.apply(retract("NEW_MESSAGE:1"), message(1)) == []
    assert types(await site.apply(retract(item.event_id), retract((await site.apply(message(3)))[0].event_id))) == [
        "notification_removed"
    ]
    assert await texts(site, "boris") == ["2"]


async def test_a_retraction_may_come_first(site: Site) -> None:
    """By key and by id; the numbers of the stream stay exact around the hole."""
    late = Row("late", "send_audience_notification", {"creatorId": "anna", "notification": {"type": "A", "title": "t"}})
    await site.apply(JOIN, message(1))
    assert await site.apply(retract("NEW_MESSAGE:2"), message(2), retract("late")) == []
    assert await site.apply(message(2), late, late) == []
    assert types(await site.apply(message(3), message(2, "elena"))) == ["notification"] * 2
    assert await texts(site, "boris") == ["3", "1"]


async def test_keys_of_posts_and_of_others_are_out_of_reach(site: Site) -> None:
    await site.apply(JOIN, NotifyNewPost(post=Post(id="7", creator_id="anna"), message="post"))
    elsewhere = await site.apply(message(1, "elena"))
    assert await site.apply(retract("NEW_POST:7"), retract(elsewhere[0].event_id), message(9, key="NEW_POST:7")) == []
    assert await texts(site, "boris") == ["post"]


def test_a_post_is_announced_by_its_own_event() -> None:
    with pytest.raises(ValidationError, match="notify_new_post announces posts"):
        SendAudienceNotification(
            creator_id="anna", notification=Notification(type="NEW_POST_FROM_SUBSCRIPTION", title="t")
        )
