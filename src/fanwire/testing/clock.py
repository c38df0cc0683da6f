"""A clock that tests move by hand."""

from __future__ import annotations

# A date after the release, whole seconds: readable in failures, and valid for tokens.
START = 1_800_000_000.0


class FakeClock:
    """``fanwire.clock.Clock`` that stands still until it is moved."""

    def __init__(self, wall: float = START, monotonic: float = 1_000.0) -> None:
        self._wall = wall
        self._monotonic = monotonic

    def wall(self) -> float:
        return self._wall

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass: both readings move."""
        if seconds < 0:
            raise ValueError("time does not go back; use shift_wall for a clock that was set wrong")
        self._wall += seconds
        self._monotonic += seconds

    def shift_wall(self, seconds: float) -> None:
        """Set the wall clock forward or back, as an administrator or NTP does; no time passes."""
        self._wall += seconds
