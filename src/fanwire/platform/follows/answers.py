"""What is answered about following."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from fanwire.platform.answers import Answer, Person

_FOLLOW: dict[str, Any] = {
    "creatorId": "anna",
    "creator": {"id": "anna", "nickname": "Анна", "avatar": None},
    "createdAt": "2026-03-01T09:20:00Z",
}


class Following(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"following": True}]})

    following: bool


class FollowAnswer(Answer):
    """One creator whom the viewer follows."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FOLLOW]})

    creator_id: str
    creator: Person
    created_at: datetime = Field(description="Since when")


class FollowPage(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"follows": [_FOLLOW], "nextCursor": None}]})

    follows: list[FollowAnswer] = Field(description="The newest first")
    next_cursor: str | None = Field(description="Send it as ?cursor= for what follows; null at the end")
