"""What is said of an auction, to those who may see its post."""

from __future__ import annotations

from typing import Any

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.payloads.auctions import NotifyAuctionEnded, NotifyAuctionExtended, NotifyBidPlaced


def bid_placed(event: NotifyBidPlaced) -> Draft:
    return _draft("bid_placed", event.post_id, _said(event))


def extended(event: NotifyAuctionExtended) -> Draft:
    return _draft("auction_extended", event.post_id, _said(event))


def ended(event: NotifyAuctionEnded) -> Draft:
    return _draft("auction_ended", event.post_id, _said(event))


def _said(event: NotifyBidPlaced | NotifyAuctionExtended | NotifyAuctionEnded) -> dict[str, Any]:
    return event.model_dump(mode="json", by_alias=True, exclude_none=True)


def _draft(kind: str, post_id: str, data: dict[str, Any]) -> Draft:
    return Draft(Target.CHANNEL, f"auction:{post_id}", {"type": kind, **data})
