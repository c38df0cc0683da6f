"""The three people and the posts that a fresh development database starts with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock, utc
from fanwire.ids import event_id
from fanwire.platform import posts, tables, users
from fanwire.platform.act import Act
from fanwire.platform.requests import NewPayment, NewPost
from fanwire.platform.rows import insert_new
from fanwire.platform.subscriptions import paying
from fanwire.store.database import Database

_PEOPLE = (
    {"id": "anna", "nickname": "Анна", "bio": "Рисую море и города.", "is_creator": True},
    {"id": "boris", "nickname": "Борис", "bio": "", "is_creator": False},
    {"id": "clara", "nickname": "Клара", "bio": "", "is_creator": False},
)
_POSTS = (
    NewPost(title="Утро в мастерской", content="Сегодня грунтую большой холст. Что на нём будет, решим вместе."),
    NewPost(title="Море, версия третья", content="Показываю, как менялся цвет воды от наброска к наброску."),
    NewPost(
        title="Эскизы для подписчиков",
        content="Шесть эскизов, которых больше нигде нет, и рассказ о каждом.",
        isLocked=True,
        minSubscriptionTier="basic",
    ),
)


async def seed(database: Database, clock: Clock) -> None:
    """Make anna (a creator), boris (subscribed to her) and clara, with three posts of anna's; one is locked.

    Everything goes through the same functions as the API's, so memberships, access and notifications exist.
    Twice is the same as once; but a subscription that has lapsed meanwhile is renewed.
    """
    now = utc(clock)
    async with database.write.begin() as connection:
        for person in _PEOPLE:
            await insert_new(connection, tables.user, {**person, "created_at": now})
        anna, boris = await _act(connection, "anna", now), await _act(connection, "boris", now)
        if not await _subscribed(boris):
            await paying.pay(boris, NewPayment(creatorId="anna"))
        if not await _has_posts(anna):
            for minutes, post in zip((30, 20, 10), _POSTS, strict=True):
                await posts.publish(replace(anna, now=now - timedelta(minutes=minutes)), post)


async def _act(connection: AsyncConnection, user_id: str, now: datetime) -> Act:
    return Act(connection, await users.ensure(connection, user_id, now), now, event_id)


async def _subscribed(boris: Act) -> bool:
    columns = tables.subscription.c
    statement = select(columns.id).where(columns.user_id == boris.user.id, columns.valid_until > boris.now)
    return (await boris.connection.execute(statement)).first() is not None


async def _has_posts(anna: Act) -> bool:
    statement = select(tables.post.c.id).where(tables.post.c.creator_id == anna.user.id)
    return (await anna.connection.execute(statement)).first() is not None
