"""A tip as the API shows it, to who gave it and to who received it."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from fanwire.platform.answers import Answer, Person

_TIP: JsonDict = {
    "id": "0199a1b5-0000-7000-8000-000000000003",
    "paymentId": "pay_2A2b3C",
    "userId": "boris",
    "creatorId": "anna",
    "amount": 50_000,
    "currency": "RUB",
    "message": "За море!",
    "postId": None,
    "createdAt": "2026-03-01T09:20:00Z",
    "refundedAt": None,
}


class TipAnswer(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [_TIP]})

    id: str
    payment_id: str
    user_id: str = Field(description="Who gave it")
    creator_id: str = Field(description="Who received it")
    amount: int = Field(description="In minor units (kopecks, cents)")
    currency: str
    message: str | None
    post_id: str | None
    created_at: datetime
    refunded_at: datetime | None


class ReceivedTip(TipAnswer):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_TIP, "user": {"id": "boris", "nickname": "Борис", "avatar": None}}]}
    )

    user: Person


class Earned(Answer):
    currency: str
    amount: int = Field(description="In minor units; what was refunded is not in it")


class TipPage(Answer):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tips": [{**_TIP, "user": {"id": "boris", "nickname": "Борис", "avatar": None}}],
                    "totals": [{"currency": "RUB", "amount": 50_000}],
                    "nextCursor": None,
                }
            ]
        }
    )

    tips: list[ReceivedTip]
    totals: list[Earned] = Field(description="Of all tips, by currency")
    next_cursor: str | None = Field(description="Send it as ?cursor= for what follows; null at the end")
