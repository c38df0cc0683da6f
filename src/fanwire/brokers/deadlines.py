"""Deadlines that may move without being found again: what makes expiry cheap without a task per key."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Deadlines(Generic[K]):
    """Keys by the time at which somebody should look at them.

    A key is queued once. Its owner keeps the true deadline, which may move later at no cost: the key then comes
    up too early and is put back at the time that the owner names.
    """

    __slots__ = ("_heap", "_queued", "_tick")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, K]] = []
        self._queued: set[K] = set()
        self._tick = count()

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, key: K, at: float) -> None:
        """Have ``key`` looked at from ``at`` on, unless it is queued already."""
        if key not in self._queued:
            self._queued.add(key)
            heappush(self._heap, (at, next(self._tick), key))

    def pop(self) -> K:
        """Take the key that is due first, due or not."""
        _, _, key = heappop(self._heap)
        self._queued.discard(key)
        return key

    def expire(self, now: float, look: Callable[[K, float], float | None], limit: int) -> int:
        """Give at most ``limit`` due keys to ``look(key, now)``; returns how many were looked at.

        ``look`` removes what is over and returns None, or returns the later time at which to look again.
        """
        looked = 0
        while self._heap and self._heap[0][0] <= now and looked < limit:
            key = self.pop()
            again = look(key, now)
            if again is not None:
                self.add(key, again)
            looked += 1
        return looked
