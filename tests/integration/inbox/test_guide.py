"""The guide's own snippets, as they are written there, leave what a reader would expect."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from fanwire.frames import Frame, Target
from fanwire.payloads import (
    ClearNotifications,
    Event,
    GrantAccess,
    MarkNotificationAsRead,
    Notification,
    NotifyNewPost,
    NotifyNewSubscription,
    NotifyPostDeleted,
    Post,
    RevokeAccess,
    SendNotification,
)
from fanwire.store import tables
from tests.integration.inbox.conftest import Site

POST = NotifyNewPost(post=Post(id="7", creator_id="anna", title="t"), creator_name="Анна")
JOIN = GrantAccess(user_id="boris", resource="creator:anna", tier="basic")


def told(user: str, *, key: str | None = None, post: Any = "7", **metadata: Any) -> SendNotification:
    """One turn of the guide's loop over the subscribers."""
    note = Notification(
        type="NEW_POST_FROM_SUBSCRIPTION",
        title="Новый пост",
        message="Анна опубликовала новый пост",
        metadata={"postId": post, **metadata},
    )
    return SendNotification(user_id=user, notification=note, idempotency_key=key)


def like(post: str = "7", actor: str = "boris", user: str = "anna") -> SendNotification:
    metadata: dict[str, Any] = {"postId": post, "userId": actor}
    return SendNotification(user_id=user, notification=Notification(type="LIKE_POST", title="Лайк", metadata=metadata))


async def titles(site: Site, user: str) -> list[tuple[str, bool]]:
    page = await site.inbox.page(user)
    assert page.unread_count == sum(not one["isRead"] for one in page.notifications)
    return [(one["message"], one["isRead"]) for one in page.notifications]


AUDIENCE = ("Анна опубликовал новый пост", False)
PERSONAL = ("Анна опубликовала новый пост", False)


async def test_the_loop_after_the_post_adds_nothing_for_members(site: Site) -> None:
    await site.apply(JOIN, POST)
    for again in (
        told("boris", creatorId="anna"),
        told("boris"),
        told("boris", key="my-own-key"),
        told("boris", post=7),
    ):
        assert await site.apply(again) == []
    assert await titles(site, "boris") == [AUDIENCE]


async def test_the_loop_in_one_batch_with_the_post_adds_nothing_either(site: Site) -> None:
    frames = await site.apply(JOIN, POST, told("boris"), told("boris"))
    assert {frame.event_id for frame in frames} == {"e1", "e2"}
    assert await titles(site, "boris") == [AUDIENCE]


@pytest.mark.parametrize(("key", "post"), [(None, "7"), ("my-own-key", 7)])
async def test_the_audience_item_takes_the_place_of_earlier_personal_ones(
    site: Site, key: str | None, post: Any
) -> None:
    await site.apply(JOIN)
    await site.apply(told("boris", key=key, post=post))
    frames = await site.apply(POST)
    assert await titles(site, "boris") == [AUDIENCE]
    removed = next(frame for frame in frames if frame.data["type"] == "notification_removed")
    assert removed.channel == "notifications:boris"
    assert (removed.data["unreadCount"], removed.data["position"]) == (0, 2)
    audience = next(frame for frame in frames if frame.target is Target.AUDIENCE)
    assert audience.data["position"] == 3
    assert frames.index(removed) < frames.index(audience)
    assert await site.apply(told("boris", key=key, post=post)) == []
    assert await titles(site, "boris") == [AUDIENCE]


async def test_who_had_read_of_the_post_is_not_told_again(site: Site) -> None:
    frames = await site.apply(JOIN, told("boris"))
    await site.inbox.mark_read("boris", frames[-1].event_id)
    frames = await site.apply(POST)
    assert await titles(site, "boris") == [(AUDIENCE[0], True)]
    assert [(frame.data["type"], frame.data.get("unreadCount")) for frame in frames][:3] == [
        ("notification_removed", 0),
        ("notification", None),
        ("notification_read", 0),
    ]


async def test_who_is_no_member_keeps_the_personal_item(site: Site) -> None:
    await site.apply(told("clara"), POST, told("dmitri"))
    assert await titles(site, "clara") == await titles(site, "dmitri") == [PERSONAL]


async def test_a_member_of_before_is_told_by_the_loop(site: Site) -> None:
    await site.apply(JOIN, RevokeAccess(user_id="boris", resource="creator:anna"), POST, told("boris"))
    assert await titles(site, "boris") == [PERSONAL]


async def test_the_loop_is_too_late_for_a_post_that_was_deleted(site: Site) -> None:
    await site.apply(JOIN, POST)
    await site.apply(NotifyPostDeleted(post_id="7", creator_id="anna"), told("boris"))
    assert await titles(site, "boris") == []


async def test_a_post_announced_twice_is_announced_once(site: Site) -> None:
    await site.apply(JOIN, POST)
    assert await site.apply(POST, POST) == []
    assert await site.size(tables.audience_event) == 1
    await site.apply(NotifyPostDeleted(post_id="7", creator_id="anna"))
    assert await site.apply(POST) == []
    assert await titles(site, "boris") == []


async def test_a_deleted_post_leaves_the_list_once(site: Site) -> None:
    await site.apply(JOIN, POST)
    gone = NotifyPostDeleted(post_id="7", creator_id="anna")
    first, again = await site.apply(gone), await site.apply(gone)
    assert [frame.data["type"] for frame in first] == ["notification_removed", "post_deleted", "post_deleted"]
    assert [frame.data["type"] for frame in again] == ["post_deleted", "post_deleted"]
    assert await titles(site, "boris") == []


async def test_words_of_the_caller_replace_the_default_ones(site: Site) -> None:
    def post(number: str, **words: str) -> NotifyNewPost:
        return NotifyNewPost(post=Post(id=number, creator_id="anna"), **words)

    frames = await site.apply(post("1"), post("2", creator_name="Анна"), post("3", title="T", message="M"))
    items = [frame.data["notification"] for frame in frames if frame.target is Target.AUDIENCE]
    assert [(item["title"], item["message"]) for item in items] == [
        ("Новый пост", "Опубликован новый пост"),
        ("Новый пост", "Анна опубликовал новый пост"),
        ("T", "M"),
    ]
    assert items[0]["metadata"] == {"postId": "1", "creatorId": "anna"}


async def test_the_same_cause_is_told_once_and_another_one_again(site: Site) -> None:
    frames = await site.apply(like(), like(), like(actor="clara"), like(post="8"))
    assert [frame.data["unreadCount"] for frame in frames] == [1, 2, 3]
    assert await site.apply(like()) == []
    await site.inbox.clear("anna")
    assert await site.apply(like()) == []
    frames = await site.apply(like(user="elena"))
    assert [frame.channel for frame in frames] == ["notifications:elena"]


@pytest.mark.parametrize("actor", [None, "clara"])
async def test_nobody_is_told_of_their_own_act(site: Site, actor: str | None) -> None:
    own = like(actor="anna").model_copy(update={"actor": actor})
    frames = await site.apply(own, like(actor="clara", user="clara"))
    assert [frame.channel for frame in frames] == (["notifications:anna"] if actor else [])
    numbered = SendNotification(
        user_id="5", notification=Notification(type="LIKE_POST", title="t", metadata={"postId": 1, "userId": 5})
    )
    assert await site.apply(numbered) == []


async def test_an_event_that_comes_again_under_its_id_is_one_item(site: Site) -> None:
    row = site.row(SendNotification(user_id="anna", notification=Notification(type="HELLO", title="t")))
    assert len(await site.apply(row)) == 1
    assert await site.apply(row) == []
    assert await site.inbox.unread_count("anna") == 1


async def test_a_subscriber_is_announced_to_the_creator_alone(site: Site) -> None:
    frames = await site.apply(NotifyNewSubscription(creator_id="anna", user_id="boris", tier="vip"))
    assert [(frame.channel, frame.data["type"]) for frame in frames] == [("notifications:anna", "new_subscription")]


async def test_a_membership_opens_once_and_closes_once(site: Site) -> None:
    def types(frames: list[Frame]) -> list[tuple[str, Any]]:
        return [(frame.channel, frame.data.get("type", frame.data.get("joined"))) for frame in frames]

    leave = RevokeAccess(user_id="boris", resource="creator:anna", reason="expired")
    updated, cancelled = ("feed:boris", "subscription_updated"), ("feed:boris", "subscription_cancelled")
    assert types(await site.apply(JOIN)) == [("membership", True), updated]
    assert types(await site.apply(JOIN, JOIN)) == [updated, updated]
    assert await site.size(tables.membership) == 1
    left = await site.apply(leave)
    assert types(left) == [("membership", False), cancelled, ("notifications:boris", "unread_count")]
    assert left[-1].data["reason"] == "expired"
    assert types(await site.apply(leave)) == [cancelled]
    assert types(await site.apply(JOIN)) == [("membership", True), updated]
    assert await site.size(tables.membership) == 2


async def test_what_came_during_the_membership_stays_and_nothing_else_comes(site: Site) -> None:
    def post(number: str) -> NotifyNewPost:
        return NotifyNewPost(post=Post(id=number, creator_id="anna"), title=number, message="for subscribers")

    leave = RevokeAccess(user_id="boris", resource="creator:anna")
    for events in ((post("1"), JOIN, post("2")), (leave,), (post("3"),), (JOIN, post("4"), leave, post("5"))):
        await site.apply(*events)
    page = await site.inbox.page("boris")
    # The text goes with the access, the title stays.
    assert [(one["title"], one["message"], one["isRead"]) for one in page.notifications] == [
        ("4", "", False),
        ("2", "", False),
    ]


async def test_a_purchase_concerns_no_inbox(site: Site) -> None:
    frames = await site.apply(
        GrantAccess(user_id="boris", resource="post:7"), RevokeAccess(user_id="boris", resource="post:7")
    )
    assert [(frame.channel, frame.data["type"]) for frame in frames] == [
        ("feed:boris", "post_unlocked"),
        ("feed:boris", "post_locked"),
    ]
    assert await site.size(tables.membership) == await site.size(tables.inbox_user) == 0


async def test_a_mark_on_what_is_not_the_users_does_nothing(site: Site) -> None:
    frames = await site.apply(like(user="clara"), JOIN, POST)
    foreign = ("nothing", frames[0].event_id, frames[-1].event_id)
    with capture_logs() as logs:
        marks = [MarkNotificationAsRead(user_id="dmitri", notification_id=item) for item in foreign]
        assert await site.apply(*marks) == []
    assert [(line["log_level"], line["notification"]) for line in logs] == [("info", item) for item in foreign]
    assert await site.inbox.unread_count("clara") == await site.inbox.unread_count("boris") == 1


async def test_one_batch_may_hold_a_whole_life(site: Site) -> None:
    rows = [site.row(event) for event in (JOIN, POST, like(user="boris", actor="clara"))]
    item, audience = rows[2].event_id, rows[1].event_id
    later: list[Event] = [
        MarkNotificationAsRead(user_id="boris", notification_id=item),
        MarkNotificationAsRead(user_id="boris", notification_id=item),
        MarkNotificationAsRead(user_id="boris", notification_id=audience),
        NotifyPostDeleted(post_id="7", creator_id="anna"),
        ClearNotifications(user_id="boris"),
    ]
    frames = await site.apply(*rows, *(site.row(event) for event in later))
    own = [frame.data for frame in frames if frame.channel == "notifications:boris"]
    assert [(data["type"], data["unreadCount"], data["version"], data["position"]) for data in own] == [
        ("notification", 2, 1, 3),
        ("notification_read", 1, 2, 4),
        ("notification_read", 0, 3, 6),
        ("notifications_cleared", 0, 4, 8),
    ]
    assert await titles(site, "boris") == []
    assert await site.size(tables.inbox_exception) == 0
