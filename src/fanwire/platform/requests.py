"""What may be sent to the API: strict types, camelCase, no unknown fields.

A misspelt ``isLocked`` that was silently ignored would publish paid content to everyone.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

# PostgreSQL stores no NUL in text.
_NO_NUL = r"^[^\x00]*$"
_URL = r"^https?://[^\s\x00]+$"

Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_NUL)]
Nickname = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=_NO_NUL)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=_NO_NUL)]
CommentText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000, pattern=_NO_NUL)]
Bio = Annotated[str, StringConstraints(max_length=2_000, pattern=_NO_NUL)]
Url = Annotated[str, StringConstraints(max_length=2_048, pattern=_URL)]
Tier = Literal["basic", "premium", "vip"]
# Integer minor units (kopecks, cents); a float would be 9.99 here and 9.989999 there.
Money = Annotated[int, Field(ge=0, le=1_000_000_000)]
# ISO 4217, as many of them as the platform takes.
Currency = Literal["RUB", "USD", "EUR", "GBP", "BYN", "KZT", "AMD", "GEL", "TRY", "CNY", "JPY"]
Position = Annotated[int, Field(ge=0, le=2**53 - 1)]


class Body(BaseModel):
    """The habits of every request body."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True)


class NewPost(Body):
    """A post. Naming a tier or a price without ``isLocked`` locks it: paid content is never opened by omission."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"title": "Утро в мастерской", "content": "Сегодня грунтую холст.", "isLocked": False},
                {"title": "Эскизы", "content": "Только для своих.", "isLocked": True, "minSubscriptionTier": "basic"},
            ]
        }
    )

    title: Line
    content: Text
    images: list[Url] = Field(default_factory=list, max_length=10, description="Addresses of pictures")
    is_locked: bool | None = None
    min_subscription_tier: Tier | None = Field(None, description="The lowest tier that opens it; null: any tier")
    price: Money | None = Field(None, description="In minor units (kopecks, cents); what a locked post is bought for")
    currency: Currency = "RUB"

    @property
    def locked(self) -> bool:
        if self.is_locked is None:
            return self.min_subscription_tier is not None or bool(self.price)
        return self.is_locked


class PostChange(Body):
    """Only the fields that are sent change; null empties ``minSubscriptionTier`` and ``price``.

    A tier or a price of an open post does not lock it, and taking them away opens nothing: ``isLocked`` does.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Утро в мастерской, 2"}, {"isLocked": True, "price": 49_900}]}
    )

    # Left out means unchanged, so null is only for what may be empty.
    title: Line = ""
    content: Text = ""
    images: list[Url] = Field(default_factory=list, max_length=10, description="Addresses of pictures")
    is_locked: bool = False
    min_subscription_tier: Tier | None = Field(None, description="The lowest tier that opens it; null: any tier")
    price: Money | None = Field(None, description="In minor units (kopecks, cents); null: not for sale")
    currency: Currency = "RUB"

    @model_validator(mode="after")
    def _changes_something(self) -> PostChange:
        if not self.model_fields_set:
            raise ValueError("nothing to change; send at least one field of a post")
        return self


class NewComment(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"content": "Очень красиво!"}, {"content": "Браво", "isAnonymous": True}]}
    )

    content: CommentText
    parent_id: Id | None = Field(None, description="The comment that this one answers")
    is_anonymous: bool = False


class NewPayment(Body):
    """A completed payment for a subscription. What else a provider sends along is ignored."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"examples": [{"creatorId": "anna", "tier": "premium", "paymentId": "pay_1Q2w3E"}]},
    )

    creator_id: Id
    tier: Tier = "basic"
    payment_id: Id | None = Field(None, description="The provider's id: the same payment again buys nothing again")


class SettingsChange(Body):
    """Only the fields that are sent change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"nickname": "Анна", "bio": "Рисую море."}]})

    # Left out means unchanged, so null is only for what may be empty.
    nickname: Nickname = Field("", description="The name that others see")
    bio: Bio = ""
    avatar: Url | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> SettingsChange:
        if not self.model_fields_set:
            raise ValueError("nothing to change; send at least one of nickname, bio and avatar")
        return self


class NotificationChange(Body):
    """Read one (``notificationId``) or all (``markAllAsRead``, up to the position that was seen)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"notificationId": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"}, {"markAllAsRead": True}]
        }
    )

    notification_id: Id | None = None
    mark_all_as_read: Literal[True] | None = None
    up_to: Position | None = Field(None, description="With markAllAsRead: the position of the snapshot that was seen")

    @model_validator(mode="after")
    def _says_one_thing(self) -> NotificationChange:
        if (self.notification_id is None) == (self.mark_all_as_read is None):
            raise ValueError('send either {"notificationId": "..."} or {"markAllAsRead": true}')
        if self.up_to is not None and self.notification_id is not None:
            raise ValueError("upTo goes with markAllAsRead, not with notificationId")
        return self


class Clearing(Body):
    """The query of clearing the list: what came after ``up_to`` stays."""

    model_config = ConfigDict(populate_by_name=True)

    up_to: Position | None = None


class DevUser(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"userId": "boris"}]})

    user_id: Id
