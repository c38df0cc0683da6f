"""What an auction refuses."""

from __future__ import annotations

from fanwire.platform.problems import Conflict, Forbidden


class AuctionExists(Conflict):
    slug, title = "auction-exists", "This post has its auction"


class OwnAuction(Forbidden):
    slug, title = "own-auction", "Nobody bids on their own post"


class AuctionEnded(Conflict):
    slug, title = "auction-ended", "The auction is over"


class AuctionRunning(Conflict):
    slug, title = "auction-running", "The auction is not over"


class AlreadyLeading(Conflict):
    slug, title = "already-leading", "The highest bid is the caller's"


class BidTooLow(Conflict):
    slug, title = "bid-too-low", "The bid is below the next step"


class DepositRequired(Conflict):
    slug, title = "deposit-required", "Bidding here takes a deposit"


class NotTheWinner(Forbidden):
    slug, title = "not-the-winner", "Somebody else has won"


class PaymentOverdue(Conflict):
    slug, title = "payment-overdue", "The time to pay is over"
