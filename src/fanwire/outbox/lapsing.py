"""What ends by itself is ended by the relay, in its own place in the order of all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock, utc
from fanwire.errors import LeaseLost
from fanwire.frames.frame import Frame
from fanwire.outbox.connections import Connections
from fanwire.outbox.failures import is_outage
from fanwire.outbox.lease import Lease
from fanwire.outbox.outage import Outage
from fanwire.outbox.stats import RelayStats
from fanwire.store.frames import insert_frames

# Seconds between two looks: with the round of the relay that is under way an end is applied within a second.
INTERVAL = 0.5
_BATCH = 200


class Lapses(NamedTuple):
    """``find(connection, now, limit)`` and ``apply(connection, found, first gseq, now)``: see ``inbox.lapses``."""

    find: Callable[[AsyncConnection, datetime, int], Awaitable[Sequence[Any]]]
    apply: Callable[[AsyncConnection, Sequence[Any], int, datetime], Awaitable[Sequence[Frame]]]


class Lapsing:
    """Looks every ``INTERVAL``, for the relay that holds the lease, whatever else is waiting."""

    def __init__(self, connections: Connections, lease: Lease, lapses: Lapses, clock: Clock, stats: RelayStats) -> None:
        self._connections = connections
        self._lease = lease
        self._lapses = lapses
        self._clock = clock
        self._stats = stats
        self._outage = Outage("relay.lapse", clock)
        self._looked = float("-inf")

    async def run(self) -> int:
        """End what is due; returns how many ended. One that cannot be ended keeps nothing else waiting.

        Raises:
            LeaseLost: another relay has taken over, and ends them.
            Exception: the database cannot be used now; the next call tries again.
        """
        if self._clock.monotonic() - self._looked < INTERVAL:
            return 0
        now = utc(self._clock)
        async with self._connections.reading() as connection:
            found = await self._lapses.find(connection, now, _BATCH)
        ended = await self._end_all(found, now) if found else 0
        if ended == len(found):
            self._outage.worked()
        if ended < _BATCH:
            self._looked = self._clock.monotonic()
        return ended

    async def _end_all(self, found: Sequence[Any], now: datetime) -> int:
        """Together, or where that fails each by itself; returns how many ended."""
        try:
            await self._end(found, now)
        except Exception as error:
            if isinstance(error, LeaseLost) or is_outage(error):
                raise
            if len(found) == 1:
                self._outage.failed(error)
                return 0
            return sum([await self._end_all([one], now) for one in found])
        return len(found)

    async def _end(self, found: Sequence[Any], now: datetime) -> None:
        async with self._connections.writing() as connection:
            first = await self._lease.fence(connection, len(found))
            frames = await self._lapses.apply(connection, found, first, now)
            await insert_frames(connection, frames)
        self._stats.lapsed += len(found)
