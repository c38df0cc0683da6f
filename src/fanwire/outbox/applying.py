"""One transaction per batch: rows become inbox state and frames, or nothing happened at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock, utc
from fanwire.errors import LeaseLost
from fanwire.frames.frame import Frame
from fanwire.outbox.claim import Claimed, Unreadable
from fanwire.outbox.connections import Connections
from fanwire.outbox.crash import CrashPoint, reached
from fanwire.outbox.dead_letters import bury
from fanwire.outbox.failures import brief, is_outage
from fanwire.outbox.lease import Lease
from fanwire.outbox.row import OutboxRow
from fanwire.outbox.stats import RelayStats
from fanwire.store.arrays import among
from fanwire.store.frames import insert_frames
from fanwire.store.tables import outbox

# (connection, rows, gseq of the first row, now) -> the frames to send; raises for a row that cannot be applied.
Apply = Callable[[AsyncConnection, Sequence[OutboxRow], int, datetime], Awaitable[Sequence[Frame]]]

_log = structlog.get_logger()


class RowsGone(Exception):
    """Somebody deleted claimed rows, and this batch was rolled back: look again before applying the others."""


class Applying:
    """Applies claimed rows under the lease."""

    def __init__(self, connections: Connections, lease: Lease, apply: Apply, clock: Clock, stats: RelayStats) -> None:
        self._connections = connections
        self._lease = lease
        self._apply = apply
        self._clock = clock
        self._stats = stats

    async def run(self, claimed: Claimed) -> None:
        """Apply all rows; one that cannot be applied goes to the dead letters, and the others go on.

        Raises:
            LeaseLost: another relay has taken over; it applies the rest.
            RowsGone: look again.
            Exception: the database cannot be used now (``is_outage``); what is not applied stays in the outbox.
        """
        for row in claimed.unreadable:
            await self._set_aside(row)
        if not claimed.rows:
            return
        try:
            await self._batch(claimed.rows)
        except Exception as error:
            if _stops(error):
                raise
            await self._one_by_one(claimed.rows, error)

    async def _one_by_one(self, rows: Sequence[OutboxRow], error: Exception) -> None:
        if len(rows) == 1:
            return await self._set_aside(_reason(rows[0], error))
        _log.warning("relay.batch_failed", rows=len(rows), error=brief(error), note="applying its rows one by one")
        for row in rows:
            try:
                await self._batch([row])
            except Exception as own_error:
                if _stops(own_error):
                    raise
                await self._set_aside(_reason(row, own_error))
        return None

    async def _batch(self, rows: Sequence[OutboxRow]) -> None:
        async with self._connections.writing() as connection:
            first = await self._lease.fence(connection, len(rows))
            reached(CrashPoint.RELAY_AFTER_FENCE)
            frames = await self._apply(connection, rows, first, utc(self._clock))
            await insert_frames(connection, frames)
            gone = await connection.execute(
                delete(outbox).where(among(connection, outbox.c.id, [row.id for row in rows]))
            )
            if gone.rowcount != len(rows):
                raise RowsGone(f"{len(rows) - gone.rowcount} of {len(rows)} claimed rows are gone; rolled back")
            reached(CrashPoint.RELAY_AFTER_APPLY)
        reached(CrashPoint.RELAY_AFTER_COMMIT)
        self._stats.applied += len(rows)

    async def _set_aside(self, row: Unreadable) -> None:
        async with self._connections.writing() as connection:
            await self._lease.fence(connection, 0)
            await bury(connection, row.id, row.error)
        self._stats.dead += 1
        _log.error("relay.dead_letter", id=row.id, error=row.error, hint="fanwire outbox list | retry ID | drop ID")


def _stops(error: Exception) -> bool:
    """Not this row's fault: nothing more of the batch is tried."""
    return isinstance(error, (LeaseLost, RowsGone)) or is_outage(error)


def _reason(row: OutboxRow, error: Exception) -> Unreadable:
    return Unreadable(row.id, brief(error))
