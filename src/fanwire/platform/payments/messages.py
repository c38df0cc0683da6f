"""What the provider (or the adapter in front of it) sends: an envelope, and in it the object as it is now.

The whole object travels with each event, so that any one event is enough and the newest wins. Fields that are not
named here are ignored: providers add some without asking.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field, JsonValue

from fanwire.platform.answers import Answer
from fanwire.platform.moment import Moment
from fanwire.platform.requests import Body, Id, Position, Tier
from fanwire.platform.tips.requests import Amount, CurrencyCode, TipMessage

SUBSCRIPTION_EXAMPLE = {
    "id": "evt_1A2b3C",
    "type": "subscription.paid",
    "createdAt": "2026-03-01T09:10:00Z",
    "data": {
        "subscriptionId": "sub_1A2b3C",
        "userId": "boris",
        "creatorId": "anna",
        "tier": "premium",
        "validUntil": "2026-03-31T09:10:00Z",
        "paymentId": "pay_1A2b3C",
    },
}
TIP_EXAMPLE = {
    "id": "evt_2A2b3C",
    "type": "tip.paid",
    "createdAt": "2026-03-01T09:10:00Z",
    "data": {"paymentId": "pay_2A2b3C", "userId": "boris", "creatorId": "anna", "amount": 50_000, "currency": "RUB"},
}

_Said = ConfigDict(extra="ignore")
Kind = Annotated[str, Field(min_length=1, max_length=64)]


class SubscriptionData(Body):
    """A subscription as the provider has it. ``version`` orders events of one second, where the provider counts."""

    model_config = _Said

    subscription_id: Id
    user_id: Id
    creator_id: Id
    tier: Tier
    valid_until: Moment
    cancel_at_period_end: bool = False
    payment_id: Id | None = None
    version: Position = 0


class PurchaseData(Body):
    """A payment for one post."""

    model_config = _Said

    payment_id: Id
    user_id: Id
    post_id: Id
    amount: Amount | None = None
    currency: CurrencyCode | None = None


class TipData(Body):
    """A payment for nothing but joy."""

    model_config = _Said

    payment_id: Id
    user_id: Id
    creator_id: Id
    amount: Amount
    currency: CurrencyCode
    message: TipMessage | None = None
    post_id: Id | None = None


class MessageData(Body):
    """A payment for the text of one message."""

    model_config = _Said

    payment_id: Id
    user_id: Id
    conversation_id: Id
    message_id: Id


class AuctionData(Body):
    """The winner's payment for a post, or a bidder's deposit."""

    model_config = _Said

    payment_id: Id
    user_id: Id
    post_id: Id


class FlashSaleData(Body):
    """A payment of the lower price of a flash sale."""

    model_config = _Said

    payment_id: Id
    user_id: Id
    sale_id: Id


class RefundData(Body):
    """A payment that was given back."""

    model_config = _Said

    payment_id: Id


class Envelope(Body):
    """What can be read of an event of any kind."""

    model_config = _Said

    id: Id
    type: Kind
    created_at: Moment
    data: dict[str, JsonValue]


D = TypeVar("D", bound=Body)


class Message(Body, Generic[D]):
    """An event of a known kind."""

    model_config = _Said

    id: Id
    type: Kind
    created_at: Moment
    data: D


Outcome = Literal["applied", "repeated", "overtaken", "ignored"]


class WebhookAnswer(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "applied"}]})

    outcome: Outcome = Field(
        description="`repeated`: this event was here before; `overtaken`: a newer one was; `ignored`: of no known kind"
    )


def operation() -> dict[str, Any]:
    """What FastAPI cannot see of the operation: the route reads header and bytes itself."""
    schema = {
        "type": "object",
        "required": ["id", "type", "createdAt", "data"],
        "properties": {
            "id": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": r"^[\x21-\x7e]+$"},
            "type": {"type": "string", "minLength": 1, "maxLength": 64},
            "createdAt": {"type": "string", "format": "date-time"},
            "data": {"type": "object"},
        },
        "examples": [SUBSCRIPTION_EXAMPLE, TIP_EXAMPLE],
    }
    signature = {
        "name": "X-Payment-Signature",
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "example": "t=1772356200,v1=5f0c...",
    }
    return {
        "parameters": [signature],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
    }
