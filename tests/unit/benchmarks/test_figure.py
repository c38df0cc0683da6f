"""What a figure says of its rounds, its bar and the peer."""

from __future__ import annotations

import json
import math

import pytest

from benchmarks.figure import Better, Figure, percentile, spread
from benchmarks.table import number


def figure(better: Better = "higher", bar: float | None = None, peers: tuple[float, ...] = ()) -> Figure:
    return Figure("group", "name", "/s", (10.0, 30.0, 20.0), better, bar, peers)


def test_the_median_speaks_for_the_rounds() -> None:
    assert figure().value == 20.0


@pytest.mark.parametrize(
    ("better", "bar", "holds"),
    [("higher", 20, True), ("higher", 21, False), ("lower", 20, True), ("lower", 19, False), ("lower", None, None)],
)
def test_a_bar_holds_from_its_own_side(better: Better, bar: float | None, holds: bool | None) -> None:
    assert figure(better, bar).holds is holds


def test_the_ratio_is_how_many_times_better_we_are() -> None:
    assert figure("higher", peers=(5.0,)).ratio == 4.0
    assert figure("lower", peers=(5.0,)).ratio == 0.25
    assert figure().ratio is None


def test_a_line_holds_what_was_measured_and_what_follows() -> None:
    line = json.loads(figure("higher", 15.0, (5.0, 5.0)).line())
    assert line["rounds"] == [10.0, 30.0, 20.0]
    assert (line["value"], line["peer"], line["ratio"], line["holds"]) == (20.0, 5.0, 4.0, True)


def test_numbers_are_short() -> None:
    assert [number(value) for value in (1234567.8, 42.34, 0.0421, None)] == ["1,234,568", "42.3", "0.04", "–"]


def test_a_share_of_values_does_not_exceed_its_percentile() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(number) for number in range(101)], 0.99) == 99.0
    assert math.isnan(percentile([], 0.5))


def test_a_spread_is_in_milliseconds_and_its_bar_is_for_the_tail_too() -> None:
    middle, tail = spread("group", "answer", [0.001, 0.002, 0.5], 100)
    assert (middle.name, middle.value, middle.holds) == ("answer: p50", 2.0, True)
    assert (tail.name, tail.unit) == ("answer: p99", "ms")
    assert [one.holds for one in spread("group", "answer", [], 100)] == [False, False]
