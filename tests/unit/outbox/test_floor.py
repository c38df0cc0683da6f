"""The floor rises, and never past an id whose row may still appear."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from fanwire.outbox.floor import Floor, Snapshot


def test_it_rises_two_scans_after_an_id_was_seen() -> None:
    floor = Floor(5.0)
    floor.saw(10)
    floor.scanned(0.0, Snapshot(100, 100), math.inf)
    floor.scanned(5.0, Snapshot(110, 110), math.inf)  # 10 was known at the scan before: settled, below xmax 110
    assert floor.id <= 1
    floor.scanned(10.0, Snapshot(120, 120), math.inf)
    assert floor.id == 11


def test_an_open_transaction_holds_it_down() -> None:
    floor = Floor(5.0)
    floor.saw(10)
    for n in range(5):
        floor.scanned(5.0 * n, Snapshot(90, 100 + n), math.inf)  # a transaction with id 90 is still running
    assert floor.id <= 1
    for n in range(5, 9):
        floor.scanned(5.0 * n, Snapshot(100 + n, 100 + n), math.inf)
    assert floor.id == 11


def test_a_scan_that_did_not_get_that_far_proves_nothing() -> None:
    floor = Floor(5.0)
    floor.saw(100)
    for n in range(6):
        floor.scanned(5.0 * n, Snapshot(100 + n, 100 + n), 50)
    assert floor.id <= 1


def test_a_full_scan_is_due_at_the_start_and_after_each_interval() -> None:
    floor = Floor(5.0)
    assert floor.full_scan_due(0.0)
    floor.scanned(0.0, Snapshot(1, 1), math.inf)
    assert not floor.full_scan_due(4.9)
    assert floor.full_scan_due(5.0)


# A tick: transactions begin (taking an id and a transaction id), some end, then the relay scans.
Ticks = st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 7))), max_size=40)


@given(Ticks)
def test_no_open_transaction_is_ever_below_the_floor(ticks: list[tuple[int, set[int]]]) -> None:
    """The model: ``running`` maps a transaction id to the row id it has taken and not yet committed."""
    floor, running, next_id = Floor(1.0), dict[int, int](), 1
    for now, (begun, ended) in enumerate(ticks):
        for _ in range(begun):
            running[next_id] = next_id
            next_id += 1
        finished = [xid for n, xid in enumerate(list(running)) if n in ended]
        for xid in finished:
            floor.saw(running.pop(xid))
        floor.scanned(float(now), Snapshot(min(running, default=next_id), next_id), math.inf)
        assert all(row_id >= floor.id for row_id in running.values())
