"""Auctions on posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fanwire.events.dispatch import say
from fanwire.events.receipt import Receipt
from fanwire.payloads import Bid, NotifyAuctionEnded, NotifyAuctionExtended, NotifyBidPlaced


async def notify_bid_placed(
    post_id: Any,
    bid: Bid | Mapping[str, Any] | Any,
    ends_at: datetime,
    *,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """A bid was accepted; ``ends_at`` is the end of the auction after it. Raises as ``dispatch.say`` does.

    Call it with the auction locked, so that bids are told in the order of their ``seq``.
    """
    return await say(NotifyBidPlaced, session=session, strict=strict, post_id=post_id, bid=bid, ends_at=ends_at)


async def notify_auction_extended(
    post_id: Any, ends_at: datetime, *, session: Any = None, strict: bool = False
) -> Receipt:
    """A late bid has moved the end of the auction. Raises as ``dispatch.say`` does."""
    return await say(NotifyAuctionExtended, session=session, strict=strict, post_id=post_id, ends_at=ends_at)


async def notify_auction_ended(
    post_id: Any, *, winner_id: Any = None, amount: int | None = None, session: Any = None, strict: bool = False
) -> Receipt:
    """The auction is over; without a ``winner_id`` nobody has won. Raises as ``dispatch.say`` does."""
    return await say(
        NotifyAuctionEnded, session=session, strict=strict, post_id=post_id, winner_id=winner_id, amount=amount
    )
