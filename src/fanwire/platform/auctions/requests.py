"""What may be asked of an auction."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from fanwire.platform.moment import Moment
from fanwire.platform.requests import Body, Currency, Id, Money

# Minor units; nothing is sold for nothing.
Price = Annotated[int, Field(ge=1, le=1_000_000_000)]


class NewAuction(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"startPrice": 100_000, "minStep": 5_000, "endsAt": "2026-03-08T21:00:00Z"},
                {
                    "startPrice": 100_000,
                    "minStep": 5_000,
                    "currency": "RUB",
                    "endsAt": "2026-03-08T21:00:00Z",
                    "antiSnipe": 120,
                    "maxExtensions": 5,
                    "deposit": 20_000,
                },
            ]
        }
    )

    start_price: Price = Field(description="The lowest first bid, in minor units (kopecks, cents)")
    min_step: Price = Field(description="How much more each further bid must offer at least")
    currency: Currency = "RUB"
    ends_at: Moment
    anti_snipe: int = Field(60, ge=0, le=3_600, description="Seconds: a bid in the last ones leaves that many again")
    max_extensions: int = Field(10, ge=0, le=100, description="How often a late bid may move the end")
    deposit: Money = Field(0, description="What each bidder deposits with their first bid; given back to who loses")


class NewBid(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount": 105_000}, {"amount": 110_000, "depositPaymentId": "pay_1Q2w3E"}]}
    )

    amount: Price = Field(description="In minor units of the auction's currency")
    deposit_payment_id: Id | None = Field(None, description="With the first bid: the completed payment of the deposit")


class AuctionPayment(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"paymentId": "pay_2A3s4D"}]})

    payment_id: Id = Field(description="The provider's id of the completed payment of the price")
