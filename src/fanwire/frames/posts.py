"""What is said of posts, likes and comments. Each payload is an allow-list: a public channel gets the public part."""

from __future__ import annotations

from typing import Any

from fanwire.frames.counters import LIKES, comment_likes
from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.payloads.posts import (
    NotifyCommentDeleted,
    NotifyNewComment,
    NotifyNewPost,
    NotifyPostDeleted,
    NotifyPostUpdated,
    UpdateCommentLikes,
    UpdatePostLikes,
)


def channel(post_id: str) -> str:
    """The channel of those who look at one post."""
    return f"post:{post_id}"


def created(event: NotifyNewPost) -> list[Draft]:
    """Public fields to everybody (a locked post, or one whose lock is unknown: its teaser), all to the author."""
    post = event.post
    return [
        _draft(f"creator:{post.creator_id}", {"type": "post_created", "post": post.public()}),
        _draft(f"feed:{post.creator_id}", {"type": "post_created", "post": post.full()}),
    ]


def updated(event: NotifyPostUpdated, gseq: int) -> list[Draft]:
    """The public part to those who look at the creator, all to those who may read the post.

    Counters are left out: they have frames and versions of their own. Of a post that was closed to somebody just
    now its channel carries the public part only, for they may still be there; who may read on asks for the rest.
    """
    post = event.post.model_copy(update={"likes_count": None, "comments_count": None})
    seen = {"post": post.public(), "restricted": True} if event.restricted else {"post": post.full()}
    changed = {"type": "post_updated", "postId": post.id}
    return [
        _draft(channel(post.id), {**changed, **seen, "version": gseq}),
        _draft(f"creator:{post.creator_id}", {**changed, "post": post.public(), "version": gseq}),
    ]


def deleted(event: NotifyPostDeleted) -> list[Draft]:
    """To those who look at the post, and to those who look at its creator."""
    gone = {"type": "post_deleted", "postId": event.post_id}
    return [
        _draft(channel(event.post_id), {**gone, "creatorId": event.creator_id}),
        _draft(f"creator:{event.creator_id}", gone),
    ]


def liked(event: UpdatePostLikes, gseq: int) -> list[Draft]:
    """The counter to those who look at the post, and the actor's own state to the actor's other devices.

    A counter without its value is no state but news: it is not conflated, or likes would get lost on the way.
    """
    counter: dict[str, Any] = {
        "type": "post_liked" if event.liked else "post_unliked",
        "postId": event.post_id,
        "userId": event.user_id,
        **_count("likesCount", event.likes_count),
        "version": gseq,
    }
    own = {"type": "like_state", "postId": event.post_id, "isLiked": event.liked, "version": gseq}
    key = None if event.likes_count is None else LIKES
    return [
        Draft(Target.CHANNEL, channel(event.post_id), counter, conflation_key=key),
        _draft(f"feed:{event.user_id}", own),
    ]


def comment_liked(event: UpdateCommentLikes, gseq: int) -> list[Draft]:
    """The counter to those who look at the post, without the actor; to the actor's devices their own state."""
    about = {"postId": event.post_id, "commentId": event.comment_id}
    counter: dict[str, Any] = {
        "type": "comment_liked" if event.liked else "comment_unliked",
        **about,
        **_count("likesCount", event.likes_count),
        "version": gseq,
    }
    own = {"type": "comment_like_state", **about, "isLiked": event.liked, "version": gseq}
    # Only an absolute value may take the place of the one before it.
    key = None if event.likes_count is None else comment_likes(event.comment_id)
    return [
        Draft(Target.CHANNEL, channel(event.post_id), counter, conflation_key=key),
        _draft(f"feed:{event.user_id}", own),
    ]


def comment_added(event: NotifyNewComment, gseq: int) -> Draft:
    """A comment; an anonymous one has lost its person when the payload was read (``payloads.posts.Comment``)."""
    data = {
        "type": "comment_added",
        "postId": event.post_id,
        "comment": event.comment.model_dump(mode="json", by_alias=True, exclude_none=True),
        **_count("commentsCount", event.comments_count),
        "version": gseq,
    }
    return _draft(channel(event.post_id), data)


def comment_deleted(event: NotifyCommentDeleted, gseq: int) -> Draft:
    data = {
        "type": "comment_deleted",
        "postId": event.post_id,
        "commentId": event.comment_id,
        **_count("commentsCount", event.comments_count),
        "version": gseq,
    }
    return _draft(channel(event.post_id), data)


def _draft(name: str, data: dict[str, Any]) -> Draft:
    return Draft(Target.CHANNEL, name, data)


def _count(name: str, value: int | None) -> dict[str, int]:
    return {} if value is None else {name: value}
