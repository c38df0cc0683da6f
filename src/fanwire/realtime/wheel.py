"""One timer wheel for everything that a node waits for: pings, pongs, expiry, stale connections, deadlines.

A timer costs one small object and one list slot, and nothing per loop iteration: ten thousand connections
have ten thousand timers (hashed timing wheels, Varghese and Lauck 1987).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import structlog

from fanwire.clock import Clock

# Seconds. Access has to end within one second of its deadline; pings need no more than this.
RESOLUTION = 0.1
# One turn is about 51 s, longer than a ping interval; what is due later stays for another turn.
SLOTS = 512

_log = structlog.get_logger(__name__)


class Timer:
    """Calls ``call(argument)`` once. A plain function and its argument are smaller than a bound method."""

    __slots__ = ("argument", "call", "due")

    def __init__(self, due: int, call: Callable[[Any], None], argument: Any) -> None:
        self.due = due
        self.call: Callable[[Any], None] | None = call
        self.argument = argument

    def cancel(self) -> None:
        """Never call; what it held is freed at once."""
        self.call = self.argument = None


class Wheel:
    """Call ``advance`` about every ``RESOLUTION`` seconds."""

    __slots__ = ("_clock", "_slots", "_start", "_tick")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.monotonic()
        self._tick = 0
        self._slots: list[list[Timer]] = [[] for _ in range(SLOTS)]

    def after(self, delay: float, call: Callable[[Any], None], argument: Any) -> Timer:
        """Call ``call(argument)`` in ``delay`` seconds, never earlier, at most ``RESOLUTION`` and a tick later."""
        elapsed = self._clock.monotonic() - self._start
        # Rounding before ceil: 1.0 / 0.1 ticks must be 10 whatever the clock's floats say.
        due = max(self._tick + 1, ceil(round((elapsed + delay) / RESOLUTION, 6)))
        timer = Timer(due, call, argument)
        self._slots[due % SLOTS].append(timer)
        return timer

    def advance(self) -> None:
        """Call everything that is due. An error of one timer is logged and stops no other."""
        now = int(round((self._clock.monotonic() - self._start) / RESOLUTION, 6))
        # After a machine's sleep one turn finds all that is due; walking every missed tick could take seconds.
        self._tick = max(self._tick, now - SLOTS)
        while self._tick < now:
            self._tick += 1
            if self._slots[self._tick % SLOTS]:
                self._turn(self._tick % SLOTS)

    def _turn(self, index: int) -> None:
        timers, self._slots[index] = self._slots[index], []
        for timer in timers:
            if timer.due > self._tick:
                self._slots[index].append(timer)
            elif timer.call is not None:
                _run(timer.call, timer.argument)

    def __len__(self) -> int:
        """Timers on the wheel, cancelled ones that were not passed yet among them."""
        return sum(map(len, self._slots))


def _run(call: Callable[[Any], None], argument: Any) -> None:
    try:
        call(argument)
    except Exception:  # noqa: BLE001 - one timer must not stop the wheel; it is logged
        _log.exception("timer_failed", call=getattr(call, "__qualname__", repr(call)))
