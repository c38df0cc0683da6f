"""What is answered about flash sales."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from fanwire.platform.answers import Answer
from fanwire.platform.requests import Currency, Tier

_SALE: dict[str, JsonValue] = {
    "id": "0199a1b6-0000-7000-8000-000000000004",
    "creatorId": "anna",
    "tier": None,
    "postId": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
    "percent": 30,
    "price": 49_900,
    "discountedPrice": 34_930,
    "currency": "RUB",
    "startsAt": "2026-03-08T09:00:00Z",
    "endsAt": "2026-03-08T21:00:00Z",
    "maxRedemptions": 100,
    "remaining": 42,
    "status": "active",
    "serverNow": "2026-03-08T10:00:00Z",
}


class SaleAnswer(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [_SALE]})

    id: str
    creator_id: str
    tier: Tier | None
    post_id: str | None
    percent: int
    price: int | None = Field(description="Of the post, in minor units; null for a tier")
    discounted_price: int | None = Field(description="What is paid for the post during the sale")
    currency: Currency | None
    starts_at: datetime
    ends_at: datetime
    max_redemptions: int
    remaining: int
    status: Literal["upcoming", "active", "ended"]
    server_now: datetime = Field(description="Count down from this, not from the clock of the device")


class SalePage(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"sales": [_SALE], "nextCursor": None}]})

    sales: list[SaleAnswer] = Field(description="The one that ends first comes first")
    next_cursor: str | None


class RedemptionAnswer(Answer):
    """One user's redemption: reserved until ``expiresAt``, or paid."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0199a1b7-0000-7000-8000-000000000005",
                    "saleId": _SALE["id"],
                    "userId": "boris",
                    "status": "reserved",
                    "percent": 30,
                    "amount": 34_930,
                    "currency": "RUB",
                    "createdAt": "2026-03-08T10:00:00Z",
                    "expiresAt": "2026-03-08T10:10:00Z",
                    "paymentId": None,
                }
            ]
        }
    )

    id: str
    sale_id: str
    user_id: str
    status: Literal["reserved", "paid"]
    percent: int
    amount: int | None = Field(description="What is to be paid, in minor units of `currency`; null for a tier")
    currency: Currency | None
    created_at: datetime
    expires_at: datetime | None = Field(description="Unpaid, it is given back then; null: it is paid")
    payment_id: str | None
