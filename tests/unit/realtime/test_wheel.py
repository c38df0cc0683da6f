"""The timer wheel, tick by tick."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanwire.realtime.wheel import RESOLUTION, SLOTS, Wheel
from fanwire.testing import FakeClock


@pytest.fixture
def wheel(clock: FakeClock) -> Wheel:
    return Wheel(clock)


def pass_time(wheel: Wheel, clock: FakeClock, seconds: float) -> None:
    clock.advance(seconds)
    wheel.advance()


@pytest.mark.parametrize("delay", [0.1, 1.0, 25.0, SLOTS * RESOLUTION, 200.0])
def test_a_timer_is_never_early_and_comes_once(wheel: Wheel, clock: FakeClock, delay: float) -> None:
    called: list[str] = []
    wheel.after(delay, called.append, "x")
    pass_time(wheel, clock, delay - 0.05)
    assert called == []
    pass_time(wheel, clock, 0.2)
    assert called == ["x"]
    pass_time(wheel, clock, 2 * SLOTS * RESOLUTION)
    assert (called, len(wheel)) == (["x"], 0)


@pytest.mark.parametrize("delay", [0.0, -5.0])
def test_what_is_due_already_comes_with_the_next_tick(wheel: Wheel, clock: FakeClock, delay: float) -> None:
    called: list[str] = []
    wheel.after(delay, called.append, "x")
    assert called == []
    pass_time(wheel, clock, RESOLUTION)
    assert called == ["x"]


def test_a_cancelled_timer_is_not_called_and_frees_what_it_held(wheel: Wheel, clock: FakeClock) -> None:
    called: list[str] = []
    timer = wheel.after(1, called.append, "x")
    timer.cancel()
    assert timer.argument is None
    pass_time(wheel, clock, 2)
    assert (called, len(wheel)) == ([], 0)


def test_timers_come_in_the_order_of_their_time(wheel: Wheel, clock: FakeClock) -> None:
    called: list[float] = []
    for delay in (3.0, 1.0, 2.0):
        wheel.after(delay, called.append, delay)
    pass_time(wheel, clock, 5)
    assert called == [1.0, 2.0, 3.0]


def test_a_timer_may_set_the_next_one(wheel: Wheel, clock: FakeClock) -> None:
    called: list[int] = []

    def again(number: int) -> None:
        called.append(number)
        wheel.after(1, again, number + 1)

    wheel.after(1, again, 1)
    for _ in range(29):
        pass_time(wheel, clock, 0.1)
    assert called == [1, 2]
    for _ in range(5):
        pass_time(wheel, clock, 0.1)
    assert called == [1, 2, 3]


def test_a_timer_that_fails_stops_no_other(
    wheel: Wheel, clock: FakeClock, lines: list[MutableMapping[str, Any]]
) -> None:
    def fail(_: str) -> None:
        raise ZeroDivisionError

    called: list[str] = []
    wheel.after(1, fail, "x")
    wheel.after(1, called.append, "y")
    pass_time(wheel, clock, 2)
    assert called == ["y"]
    assert [line["event"] for line in lines] == ["timer_failed"]


def test_a_month_asleep_costs_one_turn(wheel: Wheel, clock: FakeClock) -> None:
    called: list[str] = []
    wheel.after(60, called.append, "due")
    wheel.after(40 * 86_400, called.append, "not yet")
    pass_time(wheel, clock, 31 * 86_400)
    assert (called, len(wheel)) == (["due"], 1)
    pass_time(wheel, clock, 9 * 86_400 + 1)
    assert called == ["due", "not yet"]


@given(delays=st.lists(st.floats(0, 300), max_size=20), steps=st.lists(st.floats(0.01, 90), min_size=1, max_size=20))
def test_every_timer_comes_once_within_its_time(delays: list[float], steps: list[float]) -> None:
    clock = FakeClock()
    wheel = Wheel(clock)
    start = clock.monotonic()
    called: dict[int, float] = {}

    def call(index: int) -> None:
        assert index not in called
        called[index] = clock.monotonic() - start

    for index, delay in enumerate(delays):
        wheel.after(delay, call, index)
    for step in steps:
        pass_time(wheel, clock, step)
        now = clock.monotonic() - start
        assert all(index in called for index, delay in enumerate(delays) if delay + 2 * RESOLUTION < now)
    assert all(at >= delays[index] - 1e-6 for index, at in called.items())
