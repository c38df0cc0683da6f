"""Likes of comments: one per user and comment, however often it is sent."""

from __future__ import annotations

from sqlalchemy import delete

from fanwire.events.notifications import send_notification
from fanwire.events.posts import update_comment_likes
from fanwire.platform import access, comments, posts, tables
from fanwire.platform.act import Act
from fanwire.platform.answers import Liked
from fanwire.platform.blocks.block import has_blocked
from fanwire.platform.comments import Comment
from fanwire.platform.rows import insert_new


async def like(act: Act, comment_id: str) -> Liked:
    """Like a comment. A second like by the same user changes nothing, tells nobody and is answered the same.

    Raises:
        Missing: there is no such comment, or it or its post is deleted.
        Forbidden: its post is locked to this user.
    """
    comment = await comments.find(act.connection, comment_id)
    post = await posts.find(act.connection, comment.post_id)
    await access.demand(act.connection, post, act.user.id, act.now)
    row = {"comment_id": comment_id, "user_id": act.user.id, "created_at": act.now}
    if await insert_new(act.connection, tables.comment_like, row):
        await _count(act, comment, liked=True)
        await _tell_author(act, comment)
    return Liked(liked=True)


async def unlike(act: Act, comment_id: str) -> Liked:
    """Take a like back. Who lost access to a locked post may still do so.

    Raises:
        Missing: there is no such comment, or it or its post is deleted.
    """
    comment = await comments.find(act.connection, comment_id)
    await posts.find(act.connection, comment.post_id)
    columns = tables.comment_like.c
    statement = delete(tables.comment_like).where(columns.comment_id == comment_id, columns.user_id == act.user.id)
    if (await act.connection.execute(statement)).rowcount:
        await _count(act, comment, liked=False)
    return Liked(liked=False)


async def _count(act: Act, comment: Comment, *, liked: bool) -> None:
    likes = await comments.count_likes(act.connection, comment.id, +1 if liked else -1)
    await update_comment_likes(
        comment.post_id, comment.id, act.user.id, liked, likes_count=likes, session=act.connection
    )


async def _tell_author(act: Act, comment: Comment) -> None:
    """Who wrote anonymously is told as well: the item names whoever liked, and the author nowhere."""
    if comment.user_id == act.user.id or await has_blocked(act.connection, comment.user_id, act.user.id):
        return
    await send_notification(
        comment.user_id,
        {
            "type": "LIKE_COMMENT",
            "title": "Новый лайк",
            "message": f"{act.user.nickname} поставил лайк вашему комментарию",
            "metadata": {"postId": comment.post_id, "commentId": comment.id, "userId": act.user.id},
        },
        actor=act.user.id,
        session=act.connection,
    )
