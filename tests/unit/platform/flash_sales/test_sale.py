"""What a sale costs and when it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanwire.platform.flash_sales.sale import Sale, discounted

START = datetime(2027, 1, 1, tzinfo=UTC)
SALE = Sale("s1", "anna", None, "vip", 30, None, None, START, START + timedelta(hours=1), 10, 4, START)


@pytest.mark.parametrize(
    ("price", "percent", "cost"),
    [(49_900, 30, 34_930), (100, 10, 90), (101, 50, 51), (99, 50, 50), (5, 90, 1), (1, 90, 0), (0, 50, 0)],
)
def test_a_discount_is_whole_units_and_half_a_unit_is_the_creators(price: int, percent: int, cost: int) -> None:
    assert discounted(price, percent) == cost


@given(st.integers(0, 10**9), st.integers(10, 90))
def test_a_discount_is_never_further_off_than_half_a_unit(price: int, percent: int) -> None:
    assert abs(discounted(price, percent) * 100 - price * (100 - percent)) <= 50


@pytest.mark.parametrize(
    ("seconds", "status"), [(-1, "upcoming"), (0, "active"), (3_599, "active"), (3_600, "ended"), (9_999, "ended")]
)
def test_the_start_is_in_it_and_the_end_is_not(seconds: int, status: str) -> None:
    assert SALE.status(START + timedelta(seconds=seconds)) == status
    assert SALE.remaining == 6
