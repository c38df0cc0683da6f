"""What is answered about a purchase."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from fanwire.platform.answers import Answer
from fanwire.platform.requests import Currency


class PurchaseAnswer(Answer):
    """A purchase as its buyer sees it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0199a1b5-0000-7000-8000-000000000003",
                    "userId": "boris",
                    "postId": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
                    "creatorId": "anna",
                    "paymentId": "pay_1Q2w3E",
                    "amount": 49_900,
                    "currency": "RUB",
                    "createdAt": "2026-03-01T09:15:00Z",
                    "refundedAt": None,
                }
            ]
        }
    )

    id: str
    user_id: str
    post_id: str
    creator_id: str
    payment_id: str
    amount: int = Field(description="In minor units of `currency`")
    currency: Currency
    created_at: datetime
    refunded_at: datetime | None = Field(description="From then on the post is closed again; null: it is held")
