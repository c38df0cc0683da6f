"""A tip, and its way back, as the creator's feed says it."""

from __future__ import annotations

import pytest

from fanwire.errors import InvalidEvent
from fanwire.events.building import build
from fanwire.frames import Target, tips
from fanwire.payloads import NotifyTip, RetractTip

TIP = {"payment_id": "pay_1", "amount": 500, "currency": "RUB", "user_id": "boris", "message": "!"}


def test_the_frame_names_the_payment_and_nobody() -> None:
    draft = tips.earned(build(NotifyTip, creator_id="anna", tip=TIP, total=900), 7)
    assert (draft.target, draft.channel) == (Target.CHANNEL, "feed:anna")
    assert draft.data == {
        "type": "earnings_updated",
        "source": "tip",
        "paymentId": "pay_1",
        "amount": 500,
        "currency": "RUB",
        "total": 900,
        "version": 7,
    }


def test_what_is_given_back_is_below_zero() -> None:
    data = tips.returned(build(RetractTip, creator_id="anna", tip=TIP), 8).data
    assert data["amount"] == -500
    assert "total" not in data


@pytest.mark.parametrize("amount", [0, -1, 4.99, 5.0, "5", True, 2**53])
@pytest.mark.parametrize("model", [NotifyTip, RetractTip])
def test_money_is_whole_and_above_zero(model: type[NotifyTip] | type[RetractTip], amount: object) -> None:
    with pytest.raises(InvalidEvent, match="amount"):
        build(model, creator_id="anna", tip={**TIP, "amount": amount})


@pytest.mark.parametrize("currency", ["rub", "RU", "RUBL", "", 643])
def test_a_currency_is_three_letters(currency: object) -> None:
    with pytest.raises(InvalidEvent, match="currency"):
        build(NotifyTip, creator_id="anna", tip={**TIP, "currency": currency})
