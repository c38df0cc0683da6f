"""What /api/blocks answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from fanwire.platform.answers import Answer, Person

_BLOCK: dict[str, Any] = {
    "user": {"id": "boris", "nickname": "Борис", "avatar": None},
    "createdAt": "2026-03-01T09:30:00Z",
}


class BlockAnswer(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [_BLOCK]})

    user: Person
    created_at: datetime


class BlockPage(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"blocks": [_BLOCK], "nextCursor": None}]})

    blocks: list[BlockAnswer] = Field(description="Newest first")
    next_cursor: str | None
