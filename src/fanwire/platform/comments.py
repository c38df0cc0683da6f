"""Comments: write, delete, find. Of an anonymous one no answer, frame or notification names the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.posts import notify_comment_deleted, notify_new_comment
from fanwire.platform import access, posts, tables
from fanwire.platform.act import Act
from fanwire.platform.answers import CommentAnswer, Success
from fanwire.platform.comment_notices import tell
from fanwire.platform.problems import Forbidden, Missing, ParentDeleted
from fanwire.platform.requests import NewComment
from fanwire.platform.users import User

_COLUMNS = tables.comment.c
FIELDS = (
    _COLUMNS.id,
    _COLUMNS.post_id,
    _COLUMNS.parent_id,
    _COLUMNS.user_id,
    _COLUMNS.content,
    _COLUMNS.is_anonymous,
    _COLUMNS.created_at,
    _COLUMNS.deleted_at,
    _COLUMNS.likes_count,
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
    likes_count: int = 0

    def seen(self, author: User, viewer: str | None, *, liked: bool = False) -> CommentAnswer:
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
            likes_count=0 if deleted else self.likes_count,
            is_liked=liked and not deleted,
            created_at=self.created_at,
        )


async def write(act: Act, post_id: str, body: NewComment) -> CommentAnswer:
    """Comment on a post, or answer a comment of it.

    Raises:
        Missing: there is no such post (or it is deleted), or no such parent under it.
        ParentDeleted: the answered comment was deleted.
        Forbidden: the post is locked to this user.
    """
    post = await posts.find(act.connection, post_id)
    await access.demand(act.connection, post, act.user.id, act.now)
    total = await posts.count(act.connection, post_id, "comments_count", +1)
    # After the count, which whoever deletes a comment waits for: no answer slips in behind a deletion.
    parent = await _parent(act.connection, post_id, body.parent_id) if body.parent_id else None
    comment = Comment(act.new_id(), post_id, body.parent_id, act.user.id, body.content, body.is_anonymous, act.now)
    await act.connection.execute(tables.comment.insert().values(**vars(comment)))
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
    comment = await _under(act.connection, post_id, comment_id)
    if comment.user_id != act.user.id:
        raise Forbidden("Only its author may delete a comment.")
    statement = update(tables.comment).where(_COLUMNS.id == comment_id, _COLUMNS.deleted_at.is_(None))
    if (await act.connection.execute(statement.values(deleted_at=act.now, content=""))).rowcount == 0:
        # A second request got here first, after our look.
        raise _not_under(post_id, comment_id)
    total = await posts.count(act.connection, post_id, "comments_count", -1)
    await notify_comment_deleted(post_id, comment_id, comments_count=total, session=act.connection)
    return Success()


async def find(connection: AsyncConnection, comment_id: str) -> Comment:
    """The comment of this id, under whatever post.

    Raises:
        Missing: there is none, or it is deleted.
    """
    comment = await _row(connection, comment_id)
    if comment is None or comment.deleted_at is not None:
        raise missing(comment_id)
    return comment


async def count_likes(connection: AsyncConnection, comment_id: str, step: int) -> int:
    """Move ``likes_count`` by ``step``; returns the new value. The row is locked as by ``posts.count``.

    Raises:
        Missing: the comment was deleted meanwhile.
    """
    statement = (
        update(tables.comment)
        .where(_COLUMNS.id == comment_id, _COLUMNS.deleted_at.is_(None))
        .values(likes_count=_COLUMNS.likes_count + step)
        .returning(_COLUMNS.likes_count)
    )
    value = (await connection.execute(statement)).scalar_one_or_none()
    if value is None:
        raise missing(comment_id)
    return int(value)


def missing(comment_id: str) -> Missing:
    return Missing(
        f"There is no comment '{comment_id}'; it may have been deleted. "
        "GET /api/posts/{postId}/comments lists those of a post."
    )


async def _row(connection: AsyncConnection, comment_id: str) -> Comment | None:
    row = (await connection.execute(select(*FIELDS).where(_COLUMNS.id == comment_id))).one_or_none()
    return None if row is None else Comment(*row)


async def _parent(connection: AsyncConnection, post_id: str, comment_id: str) -> Comment:
    parent = await _row(connection, comment_id)
    if parent is None or parent.post_id != post_id:
        raise _not_under(post_id, comment_id)
    if parent.deleted_at is not None:
        raise ParentDeleted(
            f"The comment '{comment_id}' was deleted, so it takes no answers; comment on the post instead."
        )
    return parent


async def _under(connection: AsyncConnection, post_id: str, comment_id: str) -> Comment:
    comment = await _row(connection, comment_id)
    if comment is None or comment.post_id != post_id or comment.deleted_at is not None:
        raise _not_under(post_id, comment_id)
    return comment


def _not_under(post_id: str, comment_id: str) -> Missing:
    return Missing(
        f"There is no comment '{comment_id}' under this post; it may have been deleted. "
        f"GET /api/posts/{post_id}/comments lists those there are."
    )
