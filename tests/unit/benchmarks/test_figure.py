"""What a figure says of its rounds, its bar and the peer."""

from __future__ import annotations

import json

import pytest

from benchmarks.figure import Better, Figure
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
