"""The collector leaves alone what a started process has loaded, and looks rarely at the rest."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from fanwire.cli import collector


@pytest.fixture
def before() -> Iterator[tuple[int, int, int]]:
    thresholds = gc.get_threshold()
    yield thresholds
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_loaded_is_not_looked_at_again(before: tuple[int, int, int]) -> None:
    collector.calm()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == collector.THRESHOLDS
    assert before < collector.THRESHOLDS


def test_cycles_are_still_collected(before: tuple[int, int, int]) -> None:
    collector.calm()
    for _ in range(2 * collector.THRESHOLDS[0]):
        cycle: list[object] = []
        cycle.append(cycle)
    assert gc.get_stats()[0]["collected"] > 0
    assert gc.get_count()[0] <= collector.THRESHOLDS[0] + 1
