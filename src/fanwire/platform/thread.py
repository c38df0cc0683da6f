"""The comments of one post as a viewer may see them, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import access, posts, tables, users
from fanwire.platform.answers import CommentPage
from fanwire.platform.comments import FIELDS, Comment
from fanwire.platform.cursor import Cursor

_COLUMNS = tables.comment.c


@dataclass(frozen=True)
class Thread:
    """The comments of one post, as somebody sees them (None: without a token)."""

    connection: AsyncConnection
    viewer: str | None
    now: datetime

    async def page(self, post_id: str, limit: int, after: Cursor | None = None) -> CommentPage:
        """At most ``limit`` comments, oldest first, newer than ``after``; deleted ones as tombstones.

        Raises:
            Missing: there is no such post, or it is deleted.
            Forbidden: the post is locked to the viewer.
        """
        post = await posts.find(self.connection, post_id)
        await access.demand(self.connection, post, self.viewer, self.now)
        found = await self._rows(post_id, limit + 1, after)
        shown = found[:limit]
        authors = await users.people(self.connection, (comment.user_id for comment in shown))
        liked = await self._liked(shown)
        return CommentPage(
            comments=[
                comment.seen(authors[comment.user_id], self.viewer, liked=comment.id in liked) for comment in shown
            ],
            comments_count=post.comments_count,
            next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if len(found) > limit else None,
        )

    async def _liked(self, shown: Sequence[Comment]) -> set[str]:
        if self.viewer is None or not shown:
            return set()
        columns = tables.comment_like.c
        ids = [comment.id for comment in shown]
        statement = select(columns.comment_id).where(columns.user_id == self.viewer, columns.comment_id.in_(ids))
        return set((await self.connection.execute(statement)).scalars())

    async def _rows(self, post_id: str, limit: int, after: Cursor | None) -> list[Comment]:
        statement = (
            select(*FIELDS).where(_COLUMNS.post_id == post_id).order_by(_COLUMNS.created_at, _COLUMNS.id).limit(limit)
        )
        if after is not None:
            statement = statement.where(tuple_(_COLUMNS.created_at, _COLUMNS.id) > tuple_(after.at, after.id))
        return [Comment(*row) for row in await self.connection.execute(statement)]
