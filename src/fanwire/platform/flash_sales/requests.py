"""What may be asked of a flash sale."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from fanwire.platform.moment import Moment
from fanwire.platform.requests import Body, Id, Tier

SaleStatus = Literal["upcoming", "active"]


class NewSale(Body):
    """A discount on a subscription tier, or on one post of the caller's that is for sale."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tier": "premium",
                    "percent": 30,
                    "startsAt": "2026-03-08T09:00:00Z",
                    "endsAt": "2026-03-08T21:00:00Z",
                    "maxRedemptions": 100,
                },
                {
                    "postId": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
                    "percent": 50,
                    "endsAt": "2026-03-08T21:00:00Z",
                    "maxRedemptions": 10,
                },
            ]
        }
    )

    tier: Tier | None = None
    post_id: Id | None = None
    percent: Annotated[int, Field(ge=10, le=90, description="How much less it costs")]
    starts_at: Moment | None = Field(None, description="Left out: at once")
    ends_at: Moment
    max_redemptions: Annotated[int, Field(ge=1, le=1_000_000)]

    @model_validator(mode="after")
    def _fits_together(self) -> NewSale:
        if (self.tier is None) == (self.post_id is None):
            raise ValueError("name what is on sale: either tier or postId")
        if self.starts_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("endsAt must be after startsAt")
        return self

    def begins(self, now: datetime) -> datetime:
        return now if self.starts_at is None else self.starts_at


class NewRedemption(Body):
    """Without ``paymentId`` one redemption is reserved for a while; with it, it is paid."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"paymentId": "pay_1Q2w3E"}]})

    payment_id: Id | None = Field(None, description="The provider's id of the completed payment of the lower price")
