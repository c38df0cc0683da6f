"""Promise P1: one row in the caller's own transaction, whatever kind of session, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from fanwire.errors import InvalidEvent
from fanwire.events import notifications
from fanwire.events.receipt import Receipt, Status
from fanwire.payloads import EVENTS, NotificationType
from fanwire.store import tables
from fanwire.store.database import Database

NOTE = {"type": "NEW_MESSAGE", "title": "Привет"}
SECRET = "must-not-be-stored"


@dataclass
class PostRow:
    """What an ORM would give: more than may leave."""

    id: int = 7
    creator_id: str = "anna"
    title: str = "t"
    is_locked: bool = False
    password_hash: str = SECRET


COMMENT = {"id": 1, "userId": "boris", "content": "c", "isAnonymous": True, "ip": SECRET}
MESSAGE = {"id": 5, "senderId": "anna", "content": SECRET, "price": 100, "currency": "RUB"}
TIP = {"paymentId": "p1", "amount": 100, "currency": "RUB", "card": SECRET}
NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)
SALE = {
    "id": 1,
    "creatorId": "anna",
    "percent": 20,
    "startsAt": NOON,
    "endsAt": NOON,
    "maxRedemptions": 10,
    "remaining": 9,
    "margin": SECRET,
}
BID = {"id": 1, "userId": "boris", "amount": 100, "seq": 1, "at": NOON, "limit": SECRET}
# Function -> its arguments; each passed row carries something that must not be stored.
CALLS: dict[str, tuple[Any, ...]] = {
    "send_notification": ("boris", {**NOTE, "secret": SECRET}),
    "mark_notification_as_read": ("boris", "item"),
    "mark_notifications_as_read": ("boris", "conversation:1"),
    "clear_notifications": ("boris",),
    "retract_notification": ("boris", "TIP_RECEIVED:1"),
    "send_audience_notification": ("anna", {**NOTE, "secret": SECRET}),
    "retract_audience_notification": ("anna", "NEW_MESSAGE:1"),
    "notify_new_post": (PostRow(),),
    "notify_post_deleted": (7, "anna"),
    "update_post_likes": (7, "boris", True),
    "notify_new_comment": (7, COMMENT),
    "notify_comment_deleted": (7, 1),
    "notify_creator_update": ("anna", {"nickname": "A", "email": SECRET}),
    "notify_new_subscription": ("anna", "boris"),
    "follow_creator": ("boris", "anna"),
    "unfollow_creator": ("boris", "anna"),
    "grant_access": ("boris", "creator:anna"),
    "revoke_access": ("boris", "creator:anna"),
    "restrict_post": (7,),
    "block_user": ("anna", "boris"),
    "unblock_user": ("anna", "boris"),
    "revoke_tokens": ("boris",),
    "revoke_token": ("boris", "jti-1"),
    "notify_post_updated": (PostRow(),),
    "update_comment_likes": (7, 1, "boris", True),
    "notify_new_message": (1, MESSAGE),
    "notify_message_read": (1, "boris", 5),
    "notify_message_unlocked": ("boris", 1, {"id": 5, "senderId": "anna", "content": "paid", "secret": SECRET}),
    "update_unread_messages": ("boris", 3),
    "notify_tip": ("anna", TIP),
    "retract_tip": ("anna", TIP),
    "notify_flash_sale_started": (SALE,),
    "notify_flash_sale_updated": (SALE,),
    "notify_flash_sale_ended": (SALE,),
    "notify_bid_placed": (7, BID, NOON),
    "notify_auction_extended": (7, NOON),
    "notify_auction_ended": (7,),
}
ROOMS = ("notifications", "posts", "creators", "access", "messages", "tips", "flash_sales", "auctions")
ASYNC_ROOMS = tuple(import_module(f"fanwire.events.{room}") for room in ROOMS)
SYNC_ROOMS = tuple(import_module(f"fanwire.events.sync.{room}") for room in ROOMS)
# Those that state facts of access, which the log keeps as well.
FACTS = ["grant", "revoke", "revoke", "block", "unblock", "token", "token"]


def function(name: str, rooms: tuple[Any, ...]) -> Callable[..., Any]:
    found: Callable[..., Any] = next(getattr(room, name) for room in rooms if hasattr(room, name))
    return found


async def test_every_event_has_a_call_here() -> None:
    assert set(CALLS) == set(EVENTS)


Opened = AbstractAsyncContextManager[tuple[Any, Callable[[bool], Awaitable[None]]]]


@asynccontextmanager
async def opened(database: Database, kind: str) -> AsyncIterator[tuple[Any, Callable[[bool], Awaitable[None]]]]:
    """A session of this kind, and what ends its transaction: commit (True) or rollback."""
    if kind == "AsyncConnection":
        async with database.write.connect() as connection:

            async def end(good: bool) -> None:
                await (connection.commit() if good else connection.rollback())

            yield connection, end
    elif kind == "AsyncSession":
        async with AsyncSession(database.write) as session:

            async def end(good: bool) -> None:
                await (session.commit() if good else session.rollback())

            yield session, end
    else:
        one: Any = database.sync.connect() if kind == "Connection" else Session(database.sync)
        with one:

            async def end(good: bool) -> None:
                if good:
                    one.commit()
                else:
                    one.rollback()

            yield one, end


async def rows(database: Database, table: sa.Table = tables.outbox) -> list[Any]:
    async with database.read.connect() as connection:
        return list(await connection.execute(sa.select(table).order_by(table.c.id)))


KINDS = ["AsyncConnection", "AsyncSession", "Connection", "Session"]


@pytest.mark.parametrize("kind", KINDS)
async def test_commit_stores_each_event_once_and_rollback_none(database: Database, kind: str) -> None:
    for good in (False, True):
        async with opened(database, kind) as (session, end):
            for name, arguments in CALLS.items():
                receipt: Receipt = await function(name, ASYNC_ROOMS)(*arguments, session=session)
                assert receipt.status is Status.STORED, name
            await end(good)
        stored = await rows(database)
        assert [row.function for row in stored] == (list(CALLS) if good else [])
        facts = [row.kind for row in await rows(database, tables.access)]
        assert facts == (FACTS if good else [])
    assert SECRET not in str(stored)
    assert "boris" not in str(next(row for row in stored if row.function == "notify_new_comment").payload)
    assert len({row.event_id for row in stored}) == len(CALLS)


@pytest.mark.parametrize("kind", ["Connection", "Session"])
async def test_the_sync_twins_write_the_same(database: Database, kind: str) -> None:
    async with opened(database, kind) as (session, end):
        for name, arguments in CALLS.items():
            assert function(name, SYNC_ROOMS)(*arguments, session=session).status is Status.STORED
        await end(True)
    assert [row.function for row in await rows(database)] == list(CALLS)


@pytest.mark.parametrize("type", list(NotificationType))
async def test_all_thirteen_types(database: Database, type: NotificationType) -> None:
    async with database.write.begin() as session:
        await notifications.send_notification("boris", {"type": type, "title": "t"}, session=session)
    assert (await rows(database))[0].payload["notification"]["type"] == type.value


async def test_nobody_is_told_of_their_own_act(database: Database) -> None:
    own = {"type": "LIKE_POST", "title": "t", "metadata": {"postId": "7", "userId": "anna"}}
    async with database.write.begin() as session:
        by_metadata = await notifications.send_notification("anna", own, session=session)
        by_actor = await notifications.send_notification("boris", NOTE, actor="boris", session=session)
    assert by_metadata.status is by_actor.status is Status.SKIPPED
    assert await rows(database) == []


@pytest.mark.parametrize(
    ("user", "note", "what"),
    [
        ("boris", {"type": "lower case", "title": "t"}, "type"),
        ("boris", {"type": "NEW_MESSAGE"}, "title"),
        ("", NOTE, "user"),
        ("boris anna", NOTE, "user"),
        ("boris", {**NOTE, "metadata": {"when": datetime(2027, 1, 1, tzinfo=UTC)}}, "metadata"),
        ("boris", None, "notification"),
    ],
)
async def test_bad_arguments_raise_inside_a_transaction(database: Database, user: str, note: Any, what: str) -> None:
    async with database.write.begin() as session:
        with pytest.raises(InvalidEvent, match=what):
            await notifications.send_notification(user, note, session=session)
    assert await rows(database) == []


async def test_a_database_error_raises_inside_a_transaction(database: Database) -> None:
    async with database.write.connect() as session:
        await session.execute(sa.text("DROP TABLE fanwire_outbox"))
        with pytest.raises(DBAPIError):
            await notifications.send_notification("boris", NOTE, session=session)
        await session.rollback()
