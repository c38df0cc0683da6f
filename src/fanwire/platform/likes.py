"""Likes: one per user and post, however often it is sent."""

from __future__ import annotations

from sqlalchemy import delete

from fanwire.events.notifications import send_notification
from fanwire.events.posts import update_post_likes
from fanwire.platform import access, posts, tables
from fanwire.platform.act import Act
from fanwire.platform.answers import Liked
from fanwire.platform.posts import Post
from fanwire.platform.rows import insert_new


async def like(act: Act, post_id: str) -> Liked:
    """Like a post. A second like by the same user changes nothing, tells nobody and is answered the same.

    Raises:
        Missing: there is no such post, or it is deleted.
        Forbidden: it is locked to this user.
    """
    post = await posts.find(act.connection, post_id)
    await access.demand(act.connection, post, act.user.id, act.now)
    row = {"post_id": post_id, "user_id": act.user.id, "created_at": act.now}
    if await insert_new(act.connection, tables.like, row):
        likes = await posts.count(act.connection, post_id, "likes_count", +1)
        await update_post_likes(post_id, act.user.id, True, likes_count=likes, session=act.connection)
        await _tell_author(act, post)
    return Liked(liked=True)


async def unlike(act: Act, post_id: str) -> Liked:
    """Take a like back. Who lost access to a locked post may still do so.

    Raises:
        Missing: there is no such post, or it is deleted.
    """
    await posts.find(act.connection, post_id)
    columns = tables.like.c
    statement = delete(tables.like).where(columns.post_id == post_id, columns.user_id == act.user.id)
    if (await act.connection.execute(statement)).rowcount:
        likes = await posts.count(act.connection, post_id, "likes_count", -1)
        await update_post_likes(post_id, act.user.id, False, likes_count=likes, session=act.connection)
    return Liked(liked=False)


async def _tell_author(act: Act, post: Post) -> None:
    if post.creator_id == act.user.id:
        return
    await send_notification(
        post.creator_id,
        {
            "type": "LIKE_POST",
            "title": "Новый лайк",
            "message": f"{act.user.nickname} поставил лайк вашему посту",
            "metadata": {"postId": post.id, "userId": act.user.id},
        },
        actor=act.user.id,
        session=act.connection,
    )
