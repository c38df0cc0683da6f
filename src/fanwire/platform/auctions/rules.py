"""What a bid must be and what it moves: pure, so that each rule can be tried at its edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from fanwire.platform.auctions.auction import Auction
from fanwire.platform.auctions.problems import AlreadyLeading, AuctionEnded, BidTooLow, OwnAuction


def accept(auction: Auction, bidder: str, amount: int, now: datetime) -> Auction:
    """The auction after a bid of ``bidder`` at ``now``, read after the auction was locked.

    Raises:
        OwnAuction: the bidder is the seller.
        AuctionEnded: it is closed, or its time is over.
        AlreadyLeading: the bidder holds the highest bid.
        BidTooLow: it is below the start price, or below the highest bid and one step.
    """
    demand_open(auction, bidder, now)
    if bidder == auction.leader_id:
        raise AlreadyLeading("The caller holds the highest bid; the next one is somebody else's.")
    if amount < auction.minimum_bid:
        raise BidTooLow(
            f"amount: {amount} is too low; the next bid must be at least {auction.minimum_bid} {auction.currency} "
            "(minor units). The price may have risen meanwhile."
        )
    ends_at = _end_after(auction, now)
    return replace(
        auction,
        seq=auction.seq + 1,
        price=amount,
        leader_id=bidder,
        ends_at=ends_at,
        extensions=auction.extensions + (ends_at != auction.ends_at),
    )


def demand_open(auction: Auction, bidder: str, now: datetime) -> None:
    """Raises: OwnAuction, AuctionEnded: whatever ``bidder`` offers, it is not taken."""
    if bidder == auction.seller_id:
        raise OwnAuction("This auction is the caller's own; bids are for others.")
    if auction.status != "active" or now >= auction.ends_at:
        raise AuctionEnded(f"This auction ended at {auction.ends_at:%Y-%m-%dT%H:%M:%SZ}; bids are no longer taken.")


def _end_after(auction: Auction, now: datetime) -> datetime:
    """A bid in the last seconds leaves the others as many seconds to answer, so often and no oftener."""
    wanted = now + timedelta(seconds=auction.anti_snipe)
    may_extend = auction.extensions < auction.max_extensions
    return wanted if may_extend and wanted > auction.ends_at else auction.ends_at
