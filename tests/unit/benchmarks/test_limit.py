"""A subject that takes too long is interrupted, and what it opened is closed."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest

from benchmarks.limit import TookTooLong, time_limit


def test_what_is_done_in_time_is_left_alone() -> None:
    with time_limit(5):
        done = True
    assert done
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_loop_that_hangs_is_ended_and_cleans_up() -> None:
    cleaned = False

    async def hang() -> None:
        nonlocal cleaned
        try:
            await asyncio.Event().wait()
        finally:
            cleaned = True

    with pytest.raises(TookTooLong, match="not done within 0 s"), time_limit(0.2):
        asyncio.run(hang())
    assert cleaned


def test_code_without_a_loop_is_ended_too() -> None:
    with pytest.raises(TookTooLong), time_limit(0.1):
        time.sleep(30)


def test_a_keyboard_interrupt_is_nobodys_time_limit() -> None:
    with pytest.raises(KeyboardInterrupt), time_limit(5):
        raise KeyboardInterrupt
