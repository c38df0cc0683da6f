"""Finds a like that can still be given, so that the printed line does something each time the server starts."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock, utc
from fanwire.ids import event_id
from fanwire.platform import posts, tables, users
from fanwire.platform.act import Act
from fanwire.platform.requests import NewPost
from fanwire.store.database import Database

LIKERS = ("clara", "boris")
AUTHOR = "anna"


async def choose(database: Database, clock: Clock) -> tuple[str, str]:
    """A user, and an open post of anna's that this user does not like yet; a new one when there is none."""
    async with database.write.begin() as connection:
        for liker in LIKERS:
            post = await _unliked(connection, liker)
            if post is not None:
                return liker, post
        now = utc(clock)
        anna = Act(connection, await users.ensure(connection, AUTHOR, now), now, event_id)
        await posts.publish(anna, NewPost(title="Новый день", content="Кто первый поставит лайк?"))
        return LIKERS[0], str(await _unliked(connection, LIKERS[0]))


async def _unliked(connection: AsyncConnection, liker: str) -> str | None:
    post, like = tables.post.c, tables.like.c
    liked = exists().where(like.post_id == post.id, like.user_id == liker)
    newest = (
        select(post.id)
        .where(post.creator_id == AUTHOR, ~post.is_locked, post.deleted_at.is_(None), ~liked)
        .order_by(post.created_at.desc(), post.id.desc())
        .limit(1)
    )
    found: str | None = await connection.scalar(newest)
    return found
