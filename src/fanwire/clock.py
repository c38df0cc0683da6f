"""The clock that is injected everywhere: nothing else in Fanwire reads the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Time as Fanwire sees it; ``fanwire.testing.FakeClock`` is the one that tests move by hand."""

    def wall(self) -> float:
        """Seconds since the epoch: for tokens, deadlines and what people read."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back: for intervals and timers."""
        ...


class SystemClock:
    """The clock of the machine."""

    def wall(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


def utc(clock: Clock) -> datetime:
    """The wall time of ``clock`` as an aware datetime, for database columns."""
    return datetime.fromtimestamp(clock.wall(), UTC)
