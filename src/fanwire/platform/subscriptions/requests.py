"""What may be asked of a subscription."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from fanwire.platform.requests import Body, Id, Tier


class Renewal(Body):
    """A completed payment for one more period."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"paymentId": "pay_2A3s4D"}]})

    payment_id: Id | None = Field(None, description="The provider's id: the same payment again buys nothing again")


class Cancellation(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"immediately": True}]})

    immediately: bool = Field(False, description="Give up the rest of the paid period too")


class TierChange(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"tier": "vip"}]})

    tier: Tier
