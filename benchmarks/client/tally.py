"""What arrived at the Python load client; as tally.h."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.client.load import Arrivals
from benchmarks.client.socket import Connection, Kind

_MARK = b'"m":"'
_DIGEST = (1 << 64) - 1


class Tally:
    """``window`` is the measured time in monotonic nanoseconds."""

    def __init__(self, subscribers: int) -> None:
        self.window = range(0)
        self.published = 0
        self._subscribers = subscribers
        self._missing: dict[int, int] = {}
        self._due: dict[int, int] = {}
        self._in_window = self._all = 0
        self._latencies: list[int] = []

    @property
    def on_their_way(self) -> int:
        return len(self._missing)

    def sent(self, due: int) -> None:
        self._missing[self.published] = self._subscribers
        self._due[self.published] = due
        self.published += 1

    def deliver(self, connection: Connection, text: bytes, now: int) -> None:
        """Count every publication in one message; a refusal counts as the publisher's error."""
        if connection.kind is Kind.PUBLISHER:
            connection.errors += b'"error"' in text
            return
        at = text.find(_MARK)
        while at >= 0:
            at += len(_MARK)
            self._one(connection, int(text[at : at + 16], 16), int(text[at + 16 : at + 24], 16), now)
            at = text.find(_MARK, at + 24)

    def _one(self, connection: Connection, due: int, number: int, now: int) -> None:
        connection.count += 1
        connection.order = (connection.order * 1099511628211 + number + 1) & _DIGEST
        self._all += 1
        left = self._missing.get(number, 0) - 1
        if left > 0:
            self._missing[number] = left
        else:
            self._missing.pop(number, None)
            self._due.pop(number, None)
        if now in self.window:
            self._in_window += 1
        if due in self.window:
            self._latencies.append(now - due)

    def close_books(self, unsent: Iterable[int], now: int) -> None:
        """What has not arrived by ``now`` took at least until now; ``unsent`` are due times of what was not sent."""
        for number, left in self._missing.items():
            self._latencies += [now - self._due[number]] * (left if self._due[number] in self.window else 0)
        for due in unsent:
            self._latencies += [now - due] * (self._subscribers if due in self.window else 0)

    def arrivals(
        self, subscribers: Sequence[Connection], publishers: Sequence[Connection], seconds: float, busy: float
    ) -> Arrivals:
        latencies = sorted(self._latencies) or [0]
        gone = [one for one in (*subscribers, *publishers) if one.closed]
        return Arrivals(
            published=self.published,
            deliveries=self._in_window,
            seconds=seconds,
            per_second=self._in_window / seconds,
            p50_ms=latencies[len(latencies) // 2] / 1e6,
            p99_ms=latencies[len(latencies) * 99 // 100] / 1e6,
            max_ms=latencies[-1] / 1e6,
            missing=self.published * self._subscribers - self._all,
            agreed=all(one.count == self.published and one.order == subscribers[0].order for one in subscribers),
            closed=len(gone),
            close_code=gone[0].close_code if gone else 0,
            errors=sum(one.errors for one in publishers),
            client_busy=busy,
        )
