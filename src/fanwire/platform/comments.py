"""Comments: write, delete, list. Of an anonymous one no answer, frame or notification names the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.posts import notify_comment_deleted, notify_new_comment
from fanwire.platform import access, posts, tables, users
from fanwire.platform.act import Act
from fanwire.platform.answers import CommentAnswer, CommentPage, Success
from fanwire.platform.comment_notices import tell
from fanwire.platform.cursor import Cursor
from fanwire.platform.problems import Forbidden, Missing
from fanwire.platform.requests import NewComment
from fanwire.platform.users import User

_COLUMNS = tables.comment.c
_ROW = (
    _COLUMNS.id,
    _COLUMNS.post_id,
    _COLUMNS.parent_id,
    _COLUMNS.user_id,
    _COLUMNS.content,
    _COLUMNS.is_anonymous,
    _COLUMNS.created_at,
    _COLUMNS.deleted_at,
)


@dataclass(frozen=True)
class Comment:
    """One row of ``platform_comment``."""

    id: str
    post_id: str
    parent_id: str | None
    user_id: str
    content: str
    is_anonymous: bool
    created_at: datetime
    deleted_at: datetime | None = None

    def seen(self, author: User, viewer: str | None) -> CommentAnswer:
        """The comment as ``viewer`` may see it."""
        deleted = self.deleted_at is not None
        nameless = deleted or self.is_anonymous
        return CommentAnswer(
            id=self.id,
            post_id=self.post_id,
            parent_id=self.parent_id,
            user_id=None if nameless else author.id,
            nickname=None if nameless else author.nickname,
            avatar=None if nameless else author.avatar,
            content="" if deleted else self.content,
            is_anonymous=self.is_anonymous,
            is_deleted=deleted,
            is_mine=not deleted and self.user_id == viewer,
            created_at=self.created_at,
        )


async def write(act: Act, post_id: str, body: NewComment) -> CommentAnswer:
    """Comment on a post, or answer a comment of it.

    Raises:
        Missing: there is no such post or parent, or it is deleted.
        Forbidden: the post is locked to this user.
    """
    post = await posts.find(act.connection, post_id)
    await access.demand(act.connection, post, act.user.id, act.now)
    parent = await _find(act.connection, post_id, body.parent_id) if body.parent_id else None
    comment = Comment(act.new_id(), post_id, body.parent_id, act.user.id, body.content, body.is_anonymous, act.now)
    await act.connection.execute(tables.comment.insert().values(**vars(comment)))
    total = await posts.count(act.connection, post_id, "comments_count", +1)
    answer = comment.seen(act.user, act.user.id)
    await notify_new_comment(post_id, answer, comments_count=total, session=act.connection)
    await tell(act, post.creator_id, parent.user_id if parent else None, answer)
    return answer


async def delete(act: Act, post_id: str, comment_id: str) -> Success:
    """Delete one's own comment; its place stays, so that replies keep their parent.

    Raises:
        Missing: there is none under this post, or it was deleted before.
        Forbidden: it is somebody else's.
    """
    await posts.find(act.connection, post_id)
    comment = await _find(act.connection, post_id, comment_id)
    if comment.user_id != act.user.id:
        raise Forbidden("Only its author may delete a comment.")
    statement = update(tables.comment).where(_COLUMNS.id == comment_id, _COLUMNS.deleted_at.is_(None))
    if (await act.connection.execute(statement.values(deleted_at=act.now, content=""))).rowcount == 0:
        # A second request got here first, after our look.
        raise _missing(post_id, comment_id)
    total = await posts.count(act.connection, post_id, "comments_count", -1)
    await notify_comment_deleted(post_id, comment_id, comments_count=total, session=act.connection)
    return Success()


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
        return CommentPage(
            comments=[comment.seen(authors[comment.user_id], self.viewer) for comment in shown],
            comments_count=post.comments_count,
            next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if len(found) > limit else None,
        )

    async def _rows(self, post_id: str, limit: int, after: Cursor | None) -> list[Comment]:
        statement = (
            select(*_ROW).where(_COLUMNS.post_id == post_id).order_by(_COLUMNS.created_at, _COLUMNS.id).limit(limit)
        )
        if after is not None:
            statement = statement.where(tuple_(_COLUMNS.created_at, _COLUMNS.id) > tuple_(after.at, after.id))
        return [Comment(*row) for row in await self.connection.execute(statement)]


async def _find(connection: AsyncConnection, post_id: str, comment_id: str) -> Comment:
    statement = select(*_ROW).where(
        _COLUMNS.id == comment_id, _COLUMNS.post_id == post_id, _COLUMNS.deleted_at.is_(None)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise _missing(post_id, comment_id)
    return Comment(*row)


def _missing(post_id: str, comment_id: str) -> Missing:
    return Missing(
        f"There is no comment '{comment_id}' under this post; it may have been deleted. "
        f"GET /api/posts/{post_id}/comments lists those there are."
    )
