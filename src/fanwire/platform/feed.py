"""Posts as a viewer may see them: one, or a page of them, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import posts, tables, users
from fanwire.platform.access import grants_of, may_read
from fanwire.platform.answers import PostAnswer, PostPage
from fanwire.platform.cursor import Cursor
from fanwire.platform.posts import Post

_COLUMNS = tables.post.c


@dataclass(frozen=True)
class View:
    """Who looks (None: somebody without a token), and when."""

    connection: AsyncConnection
    viewer: str | None
    now: datetime

    async def one(self, post_id: str) -> PostAnswer:
        """The post; only its teaser where it is locked to the viewer.

        Raises:
            Missing: there is none, or it is deleted.
        """
        return (await self._seen([await posts.find(self.connection, post_id)]))[0]

    async def page(self, limit: int, after: Cursor | None = None, creator_id: str | None = None) -> PostPage:
        """At most ``limit`` posts, newest first, older than ``after``."""
        statement = (
            select(*posts.COLUMNS)
            .where(_COLUMNS.deleted_at.is_(None))
            .order_by(_COLUMNS.created_at.desc(), _COLUMNS.id.desc())
            .limit(limit + 1)
        )
        if creator_id is not None:
            statement = statement.where(_COLUMNS.creator_id == creator_id)
        if after is not None:
            statement = statement.where(tuple_(_COLUMNS.created_at, _COLUMNS.id) < tuple_(after.at, after.id))
        found = [Post(*row) for row in await self.connection.execute(statement)]
        shown = found[:limit]
        more = len(found) > limit
        return PostPage(
            posts=await self._seen(shown),
            next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if more else None,
        )

    async def _seen(self, found: Sequence[Post]) -> list[PostAnswer]:
        creators = await users.people(self.connection, (post.creator_id for post in found))
        grants = await grants_of(self.connection, self.viewer, found, self.now)
        liked = await self._liked([post.id for post in found])
        return [
            post.seen(
                creators[post.creator_id].person(),
                readable=may_read(post, self.viewer, grants),
                liked=post.id in liked,
            )
            for post in found
        ]

    async def _liked(self, post_ids: list[str]) -> set[str]:
        if self.viewer is None or not post_ids:
            return set()
        columns = tables.like.c
        statement = select(columns.post_id).where(columns.user_id == self.viewer, columns.post_id.in_(post_ids))
        return set((await self.connection.execute(statement)).scalars())
