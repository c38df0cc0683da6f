"""Posts, likes and comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanwire.events.receipt import Receipt
from fanwire.events.sync.dispatch import say
from fanwire.payloads import (
    Comment,
    NotifyCommentDeleted,
    NotifyNewComment,
    NotifyNewPost,
    NotifyPostDeleted,
    NotifyPostUpdated,
    Post,
    UpdateCommentLikes,
    UpdatePostLikes,
)


def notify_new_post(
    post: Post | Mapping[str, Any] | Any,
    *,
    creator_name: str | None = None,
    title: str | None = None,
    message: str | None = None,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """A post is out: one audience item for all subscribers of its creator, however many, and one public event.

    Pass the whole row: only the fields of ``fanwire.payloads.Post`` are used, and of a post that is locked (or does
    not say) only the teaser leaves. ``title`` and ``message`` replace the default text. Raises as ``dispatch.say``.
    """
    return say(
        NotifyNewPost,
        session=session,
        strict=strict,
        post=post,
        creator_name=creator_name,
        title=title,
        message=message,
    )


def notify_post_updated(
    post: Post | Mapping[str, Any] | Any, *, restricted: bool = False, session: Any = None, strict: bool = False
) -> Receipt:
    """A post was edited: the public part for everybody, all of it for those who may read it.

    Pass the whole row as it is now. ``restricted``: somebody who could read it may not any more (it was locked, its
    tier was raised; ``access.restrict_post``); its channel then carries the public part too, for they may still be
    there. Raises as ``dispatch.say``.
    """
    return say(NotifyPostUpdated, session=session, strict=strict, post=post, restricted=restricted)


def notify_post_deleted(post_id: Any, creator_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """A post is gone: its audience item goes, and whoever looks at it is told. Raises as ``dispatch.say`` does."""
    return say(NotifyPostDeleted, session=session, strict=strict, post_id=post_id, creator_id=creator_id)


def update_post_likes(
    post_id: Any,
    user_id: Any,
    liked: bool,
    *,
    likes_count: int | None = None,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """``user_id`` liked the post, or unliked it. ``likes_count`` is the new total; without it the configured
    directory is asked inside the transaction, and without one the count is omitted. Raises as ``dispatch.say``.
    """
    return say(
        UpdatePostLikes,
        session=session,
        strict=strict,
        post_id=post_id,
        user_id=user_id,
        liked=liked,
        likes_count=likes_count,
    )


def update_comment_likes(
    post_id: Any,
    comment_id: Any,
    user_id: Any,
    liked: bool,
    *,
    likes_count: int | None = None,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """``user_id`` liked a comment of the post, or unliked it; ``likes_count`` is the comment's new total.

    Nobody but the actor is told who it was. Raises as ``dispatch.say`` does.
    """
    return say(
        UpdateCommentLikes,
        session=session,
        strict=strict,
        post_id=post_id,
        comment_id=comment_id,
        user_id=user_id,
        liked=liked,
        likes_count=likes_count,
    )


def notify_new_comment(
    post_id: Any,
    comment: Comment | Mapping[str, Any] | Any,
    *,
    comments_count: int | None = None,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """A comment was added; an anonymous one carries no person anywhere. Raises as ``dispatch.say`` does."""
    return say(
        NotifyNewComment,
        session=session,
        strict=strict,
        post_id=post_id,
        comment=comment,
        comments_count=comments_count,
    )


def notify_comment_deleted(
    post_id: Any,
    comment_id: Any,
    *,
    comments_count: int | None = None,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """A comment is gone. Raises as ``dispatch.say`` does."""
    return say(
        NotifyCommentDeleted,
        session=session,
        strict=strict,
        post_id=post_id,
        comment_id=comment_id,
        comments_count=comments_count,
    )
