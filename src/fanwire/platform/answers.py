"""What the API answers: camelCase, one model per shape, so that OpenAPI shows what is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from fanwire.platform.requests import Currency, Tier

_POST = {
    "id": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
    "creatorId": "anna",
    "creator": {"id": "anna", "nickname": "Анна", "avatar": None},
    "title": "Утро в мастерской",
    "content": "Сегодня грунтую холст.",
    "images": [],
    "isLocked": False,
    "locked": False,
    "minSubscriptionTier": None,
    "price": None,
    "currency": "RUB",
    "likesCount": 3,
    "commentsCount": 1,
    "isLiked": True,
    "isPurchased": False,
    "createdAt": "2026-03-01T09:00:00Z",
    "updatedAt": None,
}
_COMMENT = {
    "id": "0199a1b3-0000-7000-8000-000000000001",
    "postId": _POST["id"],
    "parentId": None,
    "userId": "boris",
    "nickname": "Борис",
    "avatar": None,
    "content": "Очень красиво!",
    "isAnonymous": False,
    "isDeleted": False,
    "isMine": True,
    "likesCount": 0,
    "isLiked": False,
    "createdAt": "2026-03-01T09:05:00Z",
}
_NOTIFICATION = {
    "id": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
    "type": "LIKE_POST",
    "title": "Новый лайк",
    "message": "Борис поставил лайк вашему посту",
    "metadata": {"postId": _POST["id"], "userId": "boris"},
    "isRead": False,
    "createdAt": "2026-03-01T09:04:00Z",
}


def _example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class Answer(BaseModel):
    """The habits of every answer."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Success(Answer):
    model_config = _example({"success": True})

    success: bool = True


class Liked(Answer):
    model_config = _example({"liked": True})

    liked: bool


class Person(Answer):
    """What everybody may know of a user."""

    id: str
    nickname: str
    avatar: str | None


class PostAnswer(Answer):
    """A post as this viewer may see it: where ``locked`` is true, ``content`` is null and ``images`` is empty."""

    model_config = _example(_POST)

    id: str
    creator_id: str
    creator: Person
    title: str
    content: str | None
    images: list[str]
    is_locked: bool = Field(description="Meant for subscribers")
    locked: bool = Field(description="Closed to this viewer: only the teaser is here")
    min_subscription_tier: Tier | None
    price: int | None = Field(description="In minor units of `currency`")
    currency: Currency
    likes_count: int
    comments_count: int
    is_liked: bool = Field(description="By this viewer")
    is_purchased: bool = Field(description="Bought by this viewer, and not refunded")
    created_at: datetime
    updated_at: datetime | None = Field(description="Of the last edit; null: never edited")


class PostPage(Answer):
    model_config = _example({"posts": [_POST], "nextCursor": None})

    posts: list[PostAnswer]
    next_cursor: str | None = Field(description="Send it as ?cursor= for what follows; null at the end")


class CommentAnswer(Answer):
    """A comment. An anonymous or deleted one names no person; a deleted one has no text either."""

    model_config = _example(_COMMENT)

    id: str
    post_id: str
    parent_id: str | None
    user_id: str | None
    nickname: str | None
    avatar: str | None
    content: str
    is_anonymous: bool
    is_deleted: bool
    is_mine: bool = Field(description="Written by this viewer, who alone is told so of an anonymous one")
    likes_count: int
    is_liked: bool = Field(description="By this viewer")
    created_at: datetime


class CommentPage(Answer):
    model_config = _example({"comments": [_COMMENT], "commentsCount": 1, "nextCursor": None})

    comments: list[CommentAnswer] = Field(description="Oldest first")
    comments_count: int = Field(description="Without the deleted ones")
    next_cursor: str | None


class NotificationAnswer(Answer):
    model_config = _example(_NOTIFICATION)

    id: str
    type: str
    title: str
    message: str
    metadata: dict[str, Any]
    is_read: bool
    created_at: datetime


class NotificationPage(Answer):
    model_config = _example({"notifications": [_NOTIFICATION], "unreadCount": 1, "nextCursor": None})

    notifications: list[NotificationAnswer]
    unread_count: int
    next_cursor: str | None


class SettingsAnswer(Answer):
    model_config = _example({"id": "anna", "nickname": "Анна", "bio": "Рисую море.", "avatar": None, "isCreator": True})

    id: str
    nickname: str
    bio: str
    avatar: str | None
    is_creator: bool


class DevTokens(Answer):
    """Good for development only."""

    model_config = _example({"token": "eyJhbGciOiJIUzI1NiJ9...", "connectionToken": "eyJhbGciOiJIUzI1NiJ9..."})

    token: str = Field(description="For this API: Authorization: Bearer <token>")
    connection_token: str = Field(description="For the socket's connect command")
