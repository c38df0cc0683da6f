"""One time limit for many things: one timer for all of them, not one for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Timeouts(Generic[T]):
    """Calls ``expire(thing)`` for what was added ``seconds`` ago and not discarded since.

    Everything here has the same limit, so the order of arrival is the order of expiry.
    """

    def __init__(self, seconds: float, expire: Callable[[T], None], loop: asyncio.AbstractEventLoop) -> None:
        self._seconds = seconds
        self._expire = expire
        self._loop = loop
        self._deadlines: dict[T, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._deadlines)

    def add(self, thing: T) -> None:
        """Start the time of ``thing``, unless it runs already."""
        if thing not in self._deadlines:
            self._deadlines[thing] = self._loop.time() + self._seconds
            if self._timer is None:
                self._timer = self._loop.call_later(self._seconds, self._expire_due)

    def discard(self, thing: T) -> None:
        self._deadlines.pop(thing, None)

    def close(self) -> None:
        """Forget everything without expiring it."""
        self._deadlines.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _expire_due(self) -> None:
        self._timer = None
        now = self._loop.time()
        due = []
        for thing, deadline in self._deadlines.items():
            if deadline > now:
                self._timer = self._loop.call_at(deadline, self._expire_due)
                break
            due.append(thing)
        for thing in due:
            del self._deadlines[thing]
        for thing in due:
            self._expire(thing)
