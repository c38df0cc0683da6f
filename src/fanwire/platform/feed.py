"""Posts as a viewer may see them: one, or a page of them, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import posts, tables, users
from fanwire.platform.access import grants_of, may_read
from fanwire.platform.answers import PostAnswer, PostPage
from fanwire.platform.cursor import Cursor
from fanwire.platform.follows.tables import follow
from fanwire.platform.posts import Post
from fanwire.platform.problems import Unauthenticated
from fanwire.platform.purchases.tables import purchase

_COLUMNS = tables.post.c


@dataclass(frozen=True)
class Choice:
    """Whose posts: of one creator, of those whom the viewer follows, of everybody."""

    creator_id: str | None = None
    following: bool = False


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

    async def page(self, limit: int, after: Cursor | None, choice: Choice) -> PostPage:
        """At most ``limit`` posts, newest first, older than ``after``.

        Raises:
            Unauthenticated: those whom nobody follows were asked for.
        """
        statement = (
            select(*posts.COLUMNS)
            .where(_COLUMNS.deleted_at.is_(None), *self._chosen(choice))
            .order_by(_COLUMNS.created_at.desc(), _COLUMNS.id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            statement = statement.where(tuple_(_COLUMNS.created_at, _COLUMNS.id) < tuple_(after.at, after.id))
        found = [Post(*row) for row in await self.connection.execute(statement)]
        shown = found[:limit]
        more = len(found) > limit
        return PostPage(
            posts=await self._seen(shown),
            next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if more else None,
        )

    def _chosen(self, choice: Choice) -> Iterator[ColumnElement[bool]]:
        if choice.creator_id is not None:
            yield _COLUMNS.creator_id == choice.creator_id
        if choice.following:
            if self.viewer is None:
                raise Unauthenticated("?following=true is about you: send the header Authorization: Bearer <token>.")
            yield _COLUMNS.creator_id.in_(select(follow.c.creator_id).where(follow.c.user_id == self.viewer))

    async def _seen(self, found: Sequence[Post]) -> list[PostAnswer]:
        creators = await users.people(self.connection, (post.creator_id for post in found))
        grants = await grants_of(self.connection, self.viewer, found, self.now)
        liked = await self._marked(tables.like, found)
        purchased = await self._marked(purchase, found, purchase.c.refunded_at.is_(None))
        return [
            post.seen(
                creators[post.creator_id].person(),
                readable=may_read(post, self.viewer, grants),
                liked=post.id in liked,
                purchased=post.id in purchased,
            )
            for post in found
        ]

    async def _marked(self, table: Table, found: Sequence[Post], *conditions: ColumnElement[bool]) -> set[str]:
        """Ids of the posts of which ``table`` has a row of the viewer."""
        if self.viewer is None or not found:
            return set()
        columns = table.c
        ids = [post.id for post in found]
        statement = select(columns.post_id).where(columns.user_id == self.viewer, columns.post_id.in_(ids), *conditions)
        return set((await self.connection.execute(statement)).scalars())
