"""What is answered about auctions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from fanwire.platform.answers import Answer
from fanwire.platform.requests import Currency

Status = Literal["active", "closing", "awaiting_payment", "paid", "unsold", "cancelled"]

_BID: dict[str, JsonValue] = {
    "id": "0199a1b9-0000-7000-8000-000000000007",
    "postId": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
    "userId": "boris",
    "nickname": "Борис",
    "amount": 105_000,
    "currency": "RUB",
    "seq": 2,
    "at": "2026-03-08T20:59:30Z",
}
_AUCTION: dict[str, JsonValue] = {
    "id": "0199a1b8-0000-7000-8000-000000000006",
    "postId": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
    "sellerId": "anna",
    "currency": "RUB",
    "startPrice": 100_000,
    "minStep": 5_000,
    "deposit": 0,
    "antiSnipe": 60,
    "maxExtensions": 10,
    "extensions": 1,
    "endsAt": "2026-03-08T21:00:30Z",
    "status": "active",
    "price": 105_000,
    "leaderId": "boris",
    "bidsCount": 2,
    "minimumBid": 110_000,
    "winnerId": None,
    "paymentDueAt": None,
    "serverNow": "2026-03-08T20:59:30Z",
}


class AuctionAnswer(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [_AUCTION]})

    id: str
    post_id: str
    seller_id: str
    currency: Currency
    start_price: int
    min_step: int
    deposit: int
    anti_snipe: int
    max_extensions: int
    extensions: int
    ends_at: datetime
    status: Status = Field(description="closing: the time is over, the winner is being told")
    price: int | None = Field(description="The highest bid; of a runner-up's offer, what they pay")
    leader_id: str | None
    bids_count: int
    minimum_bid: int | None = Field(description="The least that the next bid must offer; null: no bids any more")
    winner_id: str | None
    payment_due_at: datetime | None
    server_now: datetime = Field(description="Count down from this, not from the clock of the device")


class BidAnswer(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [_BID]})

    id: str
    post_id: str
    user_id: str
    nickname: str
    amount: int
    currency: Currency
    seq: int = Field(description="From 1, without gaps")
    at: datetime


class PlacedBid(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"bid": _BID, "auction": _AUCTION}]})

    bid: BidAnswer
    auction: AuctionAnswer = Field(description="As it is after the bid")


class AuctionPage(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"auctions": [_AUCTION], "nextCursor": None}]})

    auctions: list[AuctionAnswer] = Field(description="The one that ends last first")
    next_cursor: str | None = Field(description="Send it as ?cursor= for what follows; null at the end")


class BidPage(Answer):
    model_config = ConfigDict(json_schema_extra={"examples": [{"bids": [_BID], "nextCursor": None}]})

    bids: list[BidAnswer] = Field(description="The highest first")
    next_cursor: int | None = Field(description="Send it as ?cursor= for what is lower; null at the end")
