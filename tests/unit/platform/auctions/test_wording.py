"""What people read about auctions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fanwire.payloads import SendNotification
from fanwire.payloads.natural_key import natural_key
from fanwire.platform.auctions import wording
from fanwire.platform.auctions.auction import Auction

NOW = datetime(2027, 1, 1, 12, tzinfo=UTC)
AUCTION = Auction("a1", "p1", "anna", "RUB", 1_000, 100, 0, 60, 2, NOW, NOW, seq=3, price=1_234_550, leader_id="boris")


@pytest.mark.parametrize(
    ("amount", "said"), [(1, "0,01 RUB"), (100, "1 RUB"), (123_456_700, "1 234 567 RUB"), (1_050, "10,50 RUB")]
)
def test_money_is_said_in_whole_units(amount: int, said: str) -> None:
    assert wording.spoken(amount, "RUB") == said


@pytest.mark.parametrize(
    ("notification", "key"),
    [
        (wording.new_bid(AUCTION, "b3", "Борис"), "AUCTION_NEW_BID:b3"),
        (wording.outbid(AUCTION, "b3", "Борис"), "AUCTION_NEW_BID:b3"),
        (wording.won(replace(AUCTION, round=1), NOW), "AUCTION_WON:a1"),
        (wording.reminder(AUCTION, "a1:1:2", NOW), "AUCTION_PAYMENT_REMINDER:a1:1:2"),
        (wording.deposit_refunded(AUCTION, "d1", 500), "AUCTION_DEPOSIT_REFUNDED:d1"),
        (wording.paid(replace(AUCTION, winner_id="boris"), "Борис"), "POST_PURCHASE:a1"),
    ],
)
def test_each_is_named_by_what_caused_it(notification: dict[str, object], key: str) -> None:
    assert natural_key(SendNotification.model_validate({"userId": "x", "notification": notification})) == key


def test_a_runner_up_is_told_that_the_win_has_passed() -> None:
    first, second = (wording.won(replace(AUCTION, round=number), NOW) for number in (1, 2))
    assert (first["title"], second["title"]) == ("Вы выиграли аукцион", "Выигрыш перешёл к вам")
    assert first["message"] == "Ваша ставка 12 345,50 RUB. Оплатите до 01.01.2027 12:00 UTC."


def test_a_yen_is_not_divided() -> None:
    assert wording.spoken(5_000, "JPY") == "5 000 JPY"
