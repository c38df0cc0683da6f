"""What a bid must be, at every edge; nothing here asks a database."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanwire.platform.auctions.auction import Auction
from fanwire.platform.auctions.problems import AlreadyLeading, AuctionEnded, BidTooLow, OwnAuction
from fanwire.platform.auctions.rules import accept
from fanwire.platform.problems import Problem

START = datetime(2027, 1, 1, tzinfo=UTC)
END = START + timedelta(hours=1)
FRESH = Auction("a1", "p1", "anna", "RUB", 1_000, 100, 0, 60, 2, START, END)
LED = replace(FRESH, seq=1, price=1_000, leader_id="boris")


@pytest.mark.parametrize(
    ("auction", "amount", "fits"),
    [
        (FRESH, 999, False),
        (FRESH, 1_000, True),
        (FRESH, 10**9, True),
        (LED, 1_000, False),
        (LED, 1_099, False),
        (LED, 1_100, True),
    ],
)
def test_a_bid_is_the_start_price_or_one_step_above_the_highest(auction: Auction, amount: int, fits: bool) -> None:
    if fits:
        after = accept(auction, "clara", amount, START)
        assert (after.price, after.leader_id, after.seq) == (amount, "clara", auction.seq + 1)
    else:
        with pytest.raises(BidTooLow, match=str(auction.minimum_bid)):
            accept(auction, "clara", amount, START)


@pytest.mark.parametrize(
    ("auction", "bidder", "seconds", "problem"),
    [
        (LED, "anna", 0, OwnAuction),
        (LED, "boris", 0, AlreadyLeading),
        (LED, "clara", 3_600, AuctionEnded),
        (LED, "clara", 9_999, AuctionEnded),
        (replace(LED, status="awaiting_payment"), "clara", 0, AuctionEnded),
        (replace(LED, status="cancelled"), "clara", 0, AuctionEnded),
    ],
)
def test_who_and_when(auction: Auction, bidder: str, seconds: int, problem: type[Problem]) -> None:
    with pytest.raises(problem):
        accept(auction, bidder, 10**6, START + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("anti_snipe", "used", "left", "ends_in", "extensions"),
    [
        (60, 0, 61, 61, 0),
        (60, 0, 60, 60, 0),
        (60, 0, 59, 60, 1),
        (60, 0, 0.001, 60, 1),
        (60, 1, 1, 60, 2),
        (60, 2, 1, 1, 2),
        (0, 0, 1, 1, 0),
    ],
)
def test_a_late_bid_moves_the_end_as_often_as_the_cap_allows(
    anti_snipe: int, used: int, left: float, ends_in: float, extensions: int
) -> None:
    now = END - timedelta(seconds=left)
    after = accept(replace(LED, anti_snipe=anti_snipe, extensions=used), "clara", 2_000, now)
    assert after.ends_at == now + timedelta(seconds=ends_in)
    assert after.extensions == extensions


BID = st.tuples(st.sampled_from(["anna", "boris", "clara"]), st.integers(1, 10_000), st.floats(0, 2_000))


@given(st.lists(BID, max_size=40))
def test_whatever_is_bid_prices_rise_seq_has_no_gap_and_the_end_has_a_bound(
    bids: list[tuple[str, int, float]],
) -> None:
    auction, now, accepted = FRESH, START, []
    for bidder, amount, wait in bids:
        now += timedelta(seconds=wait)
        try:
            auction = accept(auction, bidder, amount, now)
        except Problem:
            continue
        accepted.append((auction.seq, amount))
    assert [seq for seq, _ in accepted] == list(range(1, len(accepted) + 1))
    assert all(later - earlier >= 100 for (_, earlier), (_, later) in itertools.pairwise(accepted))
    assert auction.ends_at <= END + auction.max_extensions * timedelta(seconds=auction.anti_snipe)
