"""Posts, likes and comments."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from fanwire.payloads.base import LARGEST, Event, Id, Payload


def _value(tier: Any) -> Any:
    """An ORM gives a member of its own enum."""
    return tier.value if isinstance(tier, Enum) else tier


Tier = Annotated[Literal["basic", "premium", "vip"], BeforeValidator(_value)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Count = Annotated[int, Field(ge=0, le=LARGEST)]

# What anyone may see of a post that is locked, or whose lock is unknown.
TEASER = frozenset(
    {
        "id",
        "creator_id",
        "title",
        "is_locked",
        "min_subscription_tier",
        "price",
        "currency",
        "created_at",
        "updated_at",
    }
)


class Post(Payload):
    """A post as the wire may carry it. A missing ``is_locked`` counts as locked: only the teaser leaves."""

    id: Id
    creator_id: Id
    title: Text | None = None
    content: Text | None = None
    images: list[str] | None = None
    is_locked: bool | None = None
    min_subscription_tier: Tier | None = None
    price: int | float | None = None
    currency: str | None = None
    likes_count: Count | None = None
    comments_count: Count | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    def full(self) -> dict[str, Any]:
        """All fields, camelCase: for channels whose readers were checked."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def public(self) -> dict[str, Any]:
        """The fields that may go to a channel that anyone can read, camelCase."""
        include = None if self.is_locked is False else set(TEASER)
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, include=include)


class Comment(Payload):
    """A comment. An anonymous one carries no person anywhere, so the fields are emptied before it is stored."""

    id: Id
    post_id: Id | None = None
    parent_id: Id | None = None
    user_id: Id | None = None
    nickname: str | None = None
    avatar: str | None = None
    content: Text = ""
    is_anonymous: bool = False
    created_at: datetime | None = None

    @model_validator(mode="after")
    def _forget_the_person(self) -> Comment:
        if self.is_anonymous:
            for field in ("user_id", "nickname", "avatar"):
                object.__setattr__(self, field, None)
        return self


class _PostEvent(Event):
    post_id: Id

    def ordering_key(self) -> str:
        return f"post:{self.post_id}"


class NotifyNewPost(Event):
    """A post is out: one audience item for the creator's subscribers, one public event.

    ``creator_name`` fills the default text; ``title`` and ``message`` replace it.
    """

    function: ClassVar[str] = "notify_new_post"
    post: Post
    creator_name: str | None = None
    title: str | None = None
    message: str | None = None

    def ordering_key(self) -> str:
        return f"creator:{self.post.creator_id}"


class NotifyPostUpdated(Event):
    """A post was edited. ``restricted``: somebody who could read it may not any more."""

    function: ClassVar[str] = "notify_post_updated"
    post: Post
    restricted: bool = False

    def ordering_key(self) -> str:
        return f"post:{self.post.id}"


class NotifyPostDeleted(_PostEvent):
    """A post is gone: its audience item disappears, and whoever looks at it is told."""

    function: ClassVar[str] = "notify_post_deleted"
    creator_id: Id


class UpdatePostLikes(_PostEvent):
    """``user_id`` liked (or, with ``liked`` false, unliked) the post; ``likes_count`` is the new total if known."""

    function: ClassVar[str] = "update_post_likes"
    user_id: Id
    liked: bool
    likes_count: Count | None = None


class UpdateCommentLikes(_PostEvent):
    """``user_id`` liked (or unliked) a comment of the post; ``likes_count`` is the comment's new total if known."""

    function: ClassVar[str] = "update_comment_likes"
    comment_id: Id
    user_id: Id
    liked: bool
    likes_count: Count | None = None


class NotifyNewComment(_PostEvent):
    function: ClassVar[str] = "notify_new_comment"
    comment: Comment
    comments_count: Count | None = None


class NotifyCommentDeleted(_PostEvent):
    function: ClassVar[str] = "notify_comment_deleted"
    comment_id: Id
    comments_count: Count | None = None
