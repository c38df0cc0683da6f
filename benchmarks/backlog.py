"""What waits for the relay: events in the outbox, and frames that are not published."""

from __future__ import annotations

import time

from sqlalchemy import Engine, text

from fanwire.store import tables

_COUNTS = " + ".join(f"(SELECT count(*) FROM {queue.name})" for queue in (tables.outbox, tables.frame))
# Counting is work for the database that is being measured.
_PAUSE = 0.1


class Backlog:
    """Of the database that ``engine`` leads to; the relay is another process, so it can only be looked at."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def size(self) -> int:
        with self._engine.connect() as connection:
            return int(connection.scalar(text(f"SELECT {_COUNTS}")) or 0)

    def wait_for(self, size: int, seconds: float) -> float:
        """Until no more than ``size`` are left; returns when that was (``time.perf_counter``).

        Raises:
            RuntimeError: they are not, after ``seconds``.
        """
        end = time.perf_counter() + seconds
        while (left := self.size()) > size:
            if time.perf_counter() > end:
                raise RuntimeError(f"{left} events and frames still wait for the relay after {seconds:.0f} s")
            time.sleep(_PAUSE)
        return time.perf_counter()
