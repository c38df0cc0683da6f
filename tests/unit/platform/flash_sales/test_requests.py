"""What a sale may be, and what each misfit is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from fanwire.platform.flash_sales.requests import NewSale

SALE = {
    "tier": "premium",
    "percent": 30,
    "maxRedemptions": 2,
    "startsAt": "2027-01-15T08:01:00Z",
    "endsAt": "2027-01-15T12:01:00+03:00",
}


def test_times_are_read_with_their_zone() -> None:
    sale = NewSale.model_validate(SALE)
    assert sale.ends_at == datetime(2027, 1, 15, 9, 1, tzinfo=UTC)
    assert sale.begins(datetime(2027, 1, 1, tzinfo=UTC)) == datetime(2027, 1, 15, 8, 1, tzinfo=UTC)


def test_a_sale_without_a_start_begins_at_once() -> None:
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert NewSale.model_validate({**SALE, "startsAt": None}).begins(now) == now


@pytest.mark.parametrize("percent", [10, 90])
def test_the_ends_of_the_range_are_in_it(percent: int) -> None:
    assert NewSale.model_validate({**SALE, "percent": percent}).percent == percent


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"percent": 9}, "percent"),
        ({"percent": 91}, "percent"),
        ({"percent": 30.5}, "percent"),
        ({"percent": "30"}, "percent"),
        ({"maxRedemptions": 0}, "maxRedemptions"),
        ({"maxRedemptions": 10**7}, "maxRedemptions"),
        ({"endsAt": "2027-01-15T08:00:30Z"}, "endsAt must be after startsAt"),
        ({"endsAt": "2027-01-15T08:01:00Z"}, "endsAt must be after startsAt"),
        ({"endsAt": "2027-01-15T10:00:00"}, "zone"),
        ({"endsAt": "tomorrow"}, "ISO 8601"),
        ({"endsAt": 1_800_000_000}, "ISO 8601"),
        ({"endsAt": "0001-01-01T00:00:00+14:00"}, "ISO 8601"),
        ({"endsAt": "9999-01-01T00:00:00Z"}, "between"),
        ({"tier": None}, "either tier or postId"),
        ({"postId": "p1"}, "either tier or postId"),
        ({"tier": "gold"}, "tier"),
        ({"price": 5}, "price"),
    ],
)
def test_what_does_not_fit_is_named(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        NewSale.model_validate({**SALE, **fields})
