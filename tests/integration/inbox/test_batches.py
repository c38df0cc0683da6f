"""A batch is applied as a whole, in its order, at a cost that does not follow its size or any audience's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event as hooks
from sqlalchemy import insert

from fanwire.errors import InvalidEvent
from fanwire.frames import Target
from fanwire.payloads import (
    Comment,
    CreatorChanges,
    Event,
    GrantAccess,
    MarkNotificationAsRead,
    Notification,
    NotifyCommentDeleted,
    NotifyCreatorUpdate,
    NotifyNewComment,
    NotifyNewPost,
    NotifyPostDeleted,
    Post,
    RevokeAccess,
    SendNotification,
    UpdatePostLikes,
)
from fanwire.store import tables
from fanwire.store.database import Database
from tests.integration.inbox.conftest import Row, Site


def hello(user: str) -> SendNotification:
    return SendNotification(user_id=user, notification=Notification(type="HELLO", title="t"))


def post(number: int) -> NotifyNewPost:
    return NotifyNewPost(post=Post(id=f"p{number}", creator_id="anna"))


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that the writing engine sends meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    hooks.listen(database.write.sync_engine, "before_cursor_execute", note)
    yield sent
    hooks.remove(database.write.sync_engine, "before_cursor_execute", note)


async def test_frames_follow_the_rows_and_count_one_by_one(site: Site) -> None:
    users = ["boris", "clara", "boris", "anna", "clara", "boris"]
    frames = await site.apply(*map(hello, users))
    assert [frame.event_id for frame in frames] == ["e1", "e2", "e3", "e4", "e5", "e6"]
    assert [frame.channel for frame in frames] == [f"notifications:{user}" for user in users]
    assert [frame.data["unreadCount"] for frame in frames] == [1, 1, 2, 1, 2, 3]
    assert [frame.version for frame in frames] == [1, 1, 2, 1, 2, 3]
    assert [frame.data["position"] for frame in frames] == [1, 2, 3, 4, 5, 6]


async def test_public_events_touch_no_inbox(site: Site) -> None:
    events: list[Event] = [
        UpdatePostLikes(post_id="7", user_id="boris", liked=True, likes_count=3),
        NotifyNewComment(post_id="7", comment=Comment(id="1", content="c"), comments_count=1),
        NotifyCommentDeleted(post_id="7", comment_id="1"),
        NotifyCreatorUpdate(creator_id="anna", changes=CreatorChanges(nickname="Анна")),
    ]
    with statements(site.database) as sent:
        frames = await site.apply(*events)
    assert [(frame.channel, frame.data["type"]) for frame in frames] == [
        ("post:7", "post_liked"),
        ("feed:boris", "like_state"),
        ("post:7", "comment_added"),
        ("post:7", "comment_deleted"),
        ("creator:anna", "creator_updated"),
    ]
    assert [frame.data.get("version") for frame in frames] == [1, 1, 2, 3, None]
    assert all(frame.target is Target.CHANNEL for frame in frames)
    assert [statement for statement in sent if "fanwire_inbox" in statement or "audience" in statement] == []


@pytest.mark.parametrize(
    "bad",
    [
        Row("bad", "send_notification", {"userId": "boris", "notification": {"type": "x"}}),
        Row("bad", "no_such_function", {}),
    ],
)
async def test_a_bad_row_leaves_nothing_of_its_batch(site: Site, bad: Row) -> None:
    with pytest.raises(InvalidEvent, match=bad.function):
        await site.apply(hello("boris"), bad, hello("boris"))
    assert await site.inbox.page("boris") == ([], 0, None)
    frames = await site.apply(hello("boris"))
    assert frames[0].data["position"] == 1


def life(number: int) -> list[Event]:
    """Every kind of event that reads or writes, about users and posts of its own."""
    user = f"user{number}"
    loop = Notification(type="NEW_POST_FROM_SUBSCRIPTION", title="t", metadata={"postId": f"p{number}"})
    return [
        GrantAccess(user_id=user, resource="creator:anna"),
        hello(user),
        SendNotification(user_id=user, notification=loop),
        post(number),
        MarkNotificationAsRead(user_id=user, notification_id=f"unknown{number}"),
        NotifyPostDeleted(post_id=f"p{number - 1}", creator_id="anna"),
        RevokeAccess(user_id=user, resource="creator:anna"),
    ]


async def test_the_number_of_statements_does_not_follow_the_batch(site: Site) -> None:
    await site.apply(*life(1), *life(2))  # so that both measured batches find what they need
    with statements(site.database) as few:
        await site.apply(*life(3), *life(4))
    with statements(site.database) as many:
        await site.apply(*(one for number in range(5, 30) for one in life(number)))
    assert len(many) == len(few) < 30


async def test_plain_notifications_cost_five_statements(site: Site) -> None:
    """Lock, count, look for the ids, insert, move the states: beside the one that moves the order."""
    await site.apply(*(hello(f"user{number}") for number in range(50)))
    with statements(site.database) as sent:
        await site.apply(*(hello(f"user{number % 50}") for number in range(200)))
    ours = [statement for statement in sent if "fanwire" in statement and "relay_lease SET" not in statement]
    assert len(ours) == 5


async def test_a_post_costs_the_same_for_any_audience(site: Site) -> None:
    async def cost(members: int) -> tuple[int, list[str]]:
        rows = [
            {"user_id": f"m{n}", "stream": f"creator:c{members}", "from_gseq": 0, "to_gseq": None}
            for n in range(members)
        ]
        async with site.database.write.begin() as connection:
            await connection.execute(insert(tables.membership), rows)
        announced = NotifyNewPost(post=Post(id=f"of{members}", creator_id=f"c{members}"))
        with statements(site.database) as sent:
            frames = await site.apply(announced)
        return len(frames), sent

    small, large = await cost(10), await cost(5_000)
    assert small == large
    assert small[0] == 3
    assert await site.size(tables.audience_event) == 2
    assert await site.size(tables.inbox_item) == await site.size(tables.inbox_user) == 0
    assert await site.inbox.unread_count("m4999") == 1
    assert await site.inbox.unread_count("m7") == 2
