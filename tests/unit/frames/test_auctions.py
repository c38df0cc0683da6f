"""What is said of an auction, to those who may see its post."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from fanwire.frames import auctions
from fanwire.payloads import Bid, NotifyAuctionEnded, NotifyAuctionExtended, NotifyBidPlaced

BID = {"id": "b1", "userId": "boris", "amount": 1_500, "seq": 3, "at": "2027-01-01T10:00:00Z"}
END = "2027-01-01T12:00:00Z"


def test_a_bid_says_what_it_is_and_when_the_auction_ends() -> None:
    row = Bid.model_validate({**BID, "maximum": 9_000, "auction_id": "a1"})
    draft = auctions.bid_placed(NotifyBidPlaced.model_validate({"postId": "p1", "bid": row, "endsAt": END}))
    assert draft.channel == "auction:p1"
    # A secret maximum has no field, so it never leaves.
    assert draft.data == {"type": "bid_placed", "postId": "p1", "bid": BID, "endsAt": END}
    # Bids must not be missed: none takes the place of another.
    assert draft.conflation_key is None


def test_an_extension_and_an_end() -> None:
    extended = auctions.extended(NotifyAuctionExtended.model_validate({"postId": "p1", "endsAt": END}))
    assert extended.data == {"type": "auction_extended", "postId": "p1", "endsAt": END}
    won = auctions.ended(NotifyAuctionEnded(post_id="p1", winner_id="boris", amount=1_500))
    assert won.data == {"type": "auction_ended", "postId": "p1", "winnerId": "boris", "amount": 1_500}
    assert auctions.ended(NotifyAuctionEnded(post_id="p1")).data == {"type": "auction_ended", "postId": "p1"}


@pytest.mark.parametrize("wrong", [{"seq": 0}, {"amount": -1}, {"amount": 1.5}, {"id": None}])
def test_a_bid_that_cannot_be_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Bid.model_validate({**BID, **wrong})
