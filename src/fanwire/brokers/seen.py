"""Idempotency keys and what was answered to them."""

from __future__ import annotations

from typing import NamedTuple

from fanwire.brokers.base import StreamPosition
from fanwire.brokers.deadlines import Deadlines


class _Seen(NamedTuple):
    expires_at: float
    position: StreamPosition


class SeenKeys:
    """(channel, key) -> position of the first publication, until it expires; at most ``limit`` of them.

    Above the limit the key that would expire first is forgotten before its time.
    """

    __slots__ = ("_deadlines", "_limit", "_seen")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen: dict[tuple[str, str], _Seen] = {}
        self._deadlines: Deadlines[tuple[str, str]] = Deadlines()

    def __len__(self) -> int:
        return len(self._seen)

    def get(self, channel: str, key: str, now: float) -> StreamPosition | None:
        seen = self._seen.get((channel, key))
        return seen.position if seen and now < seen.expires_at else None

    def remember(self, channel: str, key: str, position: StreamPosition, expires_at: float) -> None:
        self._deadlines.add((channel, key), expires_at)
        self._seen[channel, key] = _Seen(expires_at, position)
        if len(self._seen) > self._limit:
            del self._seen[self._deadlines.pop()]

    def sweep(self, now: float, limit: int) -> None:
        """Free at most ``limit`` expired keys."""
        self._deadlines.expire(now, self._look, limit)

    def _look(self, key: tuple[str, str], now: float) -> float | None:
        expires_at = self._seen[key].expires_at
        if now < expires_at:
            return expires_at
        del self._seen[key]
        return None
