"""Auctions on posts. What only the server knows (a reserve, a highest secret bid) has no field here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from fanwire.payloads.base import LARGEST, Event, Id, Payload

# Integer minor units (kopecks, cents).
Amount = Annotated[int, Field(ge=0, le=LARGEST)]


class Bid(Payload):
    """A bid that was accepted. ``seq`` counts the bids of one auction from 1 without a gap, in their order."""

    id: Id
    user_id: Id
    nickname: str | None = None
    amount: Amount
    currency: str | None = None
    seq: Annotated[int, Field(ge=1, le=LARGEST)]
    at: datetime


class _AuctionEvent(Event):
    post_id: Id

    def ordering_key(self) -> str:
        return f"auction:{self.post_id}"


class NotifyBidPlaced(_AuctionEvent):
    """``ends_at`` is when the auction ends as things stand after the bid."""

    function: ClassVar[str] = "notify_bid_placed"
    bid: Bid
    ends_at: datetime


class NotifyAuctionExtended(_AuctionEvent):
    function: ClassVar[str] = "notify_auction_extended"
    ends_at: datetime


class NotifyAuctionEnded(_AuctionEvent):
    """Without a ``winner_id`` nobody has won. It is said again when the win passes to a runner-up, or to nobody."""

    function: ClassVar[str] = "notify_auction_ended"
    winner_id: Id | None = None
    amount: Amount | None = None
