"""What may be sent to /api/blocks."""

from __future__ import annotations

from pydantic import ConfigDict

from fanwire.platform.requests import Body, Id


class NewBlock(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"userId": "boris"}]})

    user_id: Id
