"""What is said of posts, likes and comments. Each payload is an allow-list: a public channel gets the public part."""

from __future__ import annotations

from typing import Any

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.payloads.posts import (
    NotifyCommentDeleted,
    NotifyNewComment,
    NotifyNewPost,
    NotifyPostDeleted,
    UpdatePostLikes,
)


def created(event: NotifyNewPost) -> list[Draft]:
    """Public fields to everybody (a locked post, or one whose lock is unknown: its teaser), all to the author."""
    post = event.post
    full = post.model_dump(mode="json", by_alias=True, exclude_none=True)
    return [
        _draft(f"creator:{post.creator_id}", {"type": "post_created", "post": post.public()}),
        _draft(f"feed:{post.creator_id}", {"type": "post_created", "post": full}),
    ]


def deleted(event: NotifyPostDeleted) -> list[Draft]:
    """To those who look at the post, and to those who look at its creator."""
    gone = {"type": "post_deleted", "postId": event.post_id}
    return [
        _draft(f"post:{event.post_id}", {**gone, "creatorId": event.creator_id}),
        _draft(f"creator:{event.creator_id}", gone),
    ]


def liked(event: UpdatePostLikes, gseq: int) -> list[Draft]:
    """The counter to those who look at the post, and the actor's own state to the actor's other devices."""
    counter: dict[str, Any] = {
        "type": "post_liked" if event.liked else "post_unliked",
        "postId": event.post_id,
        "userId": event.user_id,
        **_count("likesCount", event.likes_count),
        "version": gseq,
    }
    own = {"type": "like_state", "postId": event.post_id, "isLiked": event.liked, "version": gseq}
    return [_draft(f"post:{event.post_id}", counter), _draft(f"feed:{event.user_id}", own)]


def comment_added(event: NotifyNewComment, gseq: int) -> Draft:
    """A comment; an anonymous one has lost its person when the payload was read (``payloads.posts.Comment``)."""
    data = {
        "type": "comment_added",
        "postId": event.post_id,
        "comment": event.comment.model_dump(mode="json", by_alias=True, exclude_none=True),
        **_count("commentsCount", event.comments_count),
        "version": gseq,
    }
    return _draft(f"post:{event.post_id}", data)


def comment_deleted(event: NotifyCommentDeleted, gseq: int) -> Draft:
    data = {
        "type": "comment_deleted",
        "postId": event.post_id,
        "commentId": event.comment_id,
        **_count("commentsCount", event.comments_count),
        "version": gseq,
    }
    return _draft(f"post:{event.post_id}", data)


def _draft(channel: str, data: dict[str, Any]) -> Draft:
    return Draft(Target.CHANNEL, channel, data)


def _count(name: str, value: int | None) -> dict[str, int]:
    return {} if value is None else {name: value}
