"""A subscription as the API shows it."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from fanwire.platform.answers import Answer
from fanwire.platform.requests import Tier
from fanwire.platform.subscriptions.lifecycle import State

SUBSCRIPTION_EXAMPLE: JsonDict = {
    "id": "0199a1b4-0000-7000-8000-000000000002",
    "userId": "boris",
    "creatorId": "anna",
    "tier": "premium",
    "status": "active",
    "isActive": True,
    "createdAt": "2026-03-01T09:10:00Z",
    "validUntil": "2026-03-31T09:10:00Z",
}


class SubscriptionAnswer(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [SUBSCRIPTION_EXAMPLE]})

    id: str
    user_id: str
    creator_id: str
    tier: Tier
    status: State = Field(description="`ending`: open until `validUntil`, and not renewed")
    is_active: bool = Field(description="It opens the creator's posts now")
    created_at: datetime
    valid_until: datetime


class SubscriptionPage(Answer):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"subscriptions": [SUBSCRIPTION_EXAMPLE], "nextCursor": None}]}
    )

    subscriptions: list[SubscriptionAnswer]
    next_cursor: str | None = Field(description="Send it as ?cursor= for what follows; null at the end")
