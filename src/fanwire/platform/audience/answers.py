"""What is answered about a creator and their audience."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from fanwire.platform.answers import Answer, Person
from fanwire.platform.subscriptions.answers import SUBSCRIPTION_EXAMPLE, SubscriptionAnswer

_BORIS: JsonDict = {"id": "boris", "nickname": "Борис", "avatar": None}
_SUBSCRIBER: JsonDict = {"user": _BORIS, "subscription": SUBSCRIPTION_EXAMPLE}
_FOLLOWER: JsonDict = {"user": _BORIS, "createdAt": "2026-03-01T09:20:00Z"}
_NEXT = "Send it as ?cursor= for what follows; null at the end"


class SubscriberAnswer(Answer):
    """Somebody who subscribes to the caller, or did."""

    user: Person
    subscription: SubscriptionAnswer


class SubscriberPage(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"subscribers": [_SUBSCRIBER], "nextCursor": None}]})

    subscribers: list[SubscriberAnswer] = Field(description="The newest first")
    next_cursor: str | None = Field(description=_NEXT)


class FollowerAnswer(Answer):
    """Somebody who follows the caller."""

    user: Person
    created_at: datetime = Field(description="Since when")


class FollowerPage(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"followers": [_FOLLOWER], "nextCursor": None}]})

    followers: list[FollowerAnswer] = Field(description="The newest first")
    next_cursor: str | None = Field(description=_NEXT)


class CreatorAnswer(Answer):
    """A creator's page."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "anna", "nickname": "Анна", "bio": "Рисую море.", "avatar": None}]}
    )

    id: str
    nickname: str
    bio: str
    avatar: str | None
