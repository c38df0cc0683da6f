"""The access log as nodes tail it: each committed change exactly once, however late its transaction ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Text, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock
from fanwire.payloads.access import TOKENS, streams_of
from fanwire.store.database import Database
from fanwire.store.tables import ENDING, Time, access

# A row is new if its transaction was not over in the last snapshot and is in this statement's. That neither skips
# an id that was committed late, nor waits for anybody else's long transaction, as "xid < xmin" would.
# One statement, so that the rows and the snapshot returned with them belong together; without a change it
# returns the snapshot alone. xid is a bigint in the table, and there is no cast from bigint to xid8.
_TAIL = (
    text("""
    SELECT pg_current_snapshot()::text AS snapshot, log.*
    FROM (SELECT CAST(:seen AS pg_snapshot) AS seen) AS before
    LEFT JOIN LATERAL (
        SELECT id, user_id, resource, kind, tier, until, reason, created_at
        FROM fanwire_access
        WHERE xid >= pg_snapshot_xmin(before.seen)::text::bigint
          AND NOT pg_visible_in_snapshot(xid::text::xid8, before.seen)
    ) AS log ON true
    ORDER BY log.id
""")
    .bindparams(bindparam("seen", type_=Text))
    .columns(snapshot=Text, until=Time, created_at=Time)
)


class AccessChange(msgspec.Struct, frozen=True):
    """A row of the log. ``reason`` is "" for a grant; ``until`` is aware, None has no end.

    ``at`` is when it was stated, or for revoked tokens up to when they were issued; seconds since the epoch.
    """

    user: str
    resource: str
    kind: str
    tier: str | None
    until: datetime | None
    reason: str
    at: float = 0.0

    @property
    def streams(self) -> tuple[str, ...]:
        """The audiences in which this may end the user's place."""
        return streams_of(self.resource) if self.kind in ENDING else ()


class AccessFeed:
    """One tail of the access log, for one caller at a time. The first ``changes`` only takes the position."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._position: str | int | None = None
        self._read_at: float | None = None

    @property
    def read_at(self) -> float:
        """Monotonic time at which the last good read began; minus infinity before one."""
        return float("-inf") if self._read_at is None else self._read_at

    def age(self) -> float:
        """Seconds since the start of the last good read: what was committed before it is known. Infinite before one."""
        return float("inf") if self._read_at is None else self._clock.monotonic() - self._read_at

    async def changes(self) -> list[AccessChange]:
        """What was committed since the last call, in the order of the log.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the read failed; the position stays, and the next call catches up.
        """
        started = self._clock.monotonic()
        async with self._database.peek.connect() as connection:
            if self._database.dialect == "postgresql":
                found = await self._tail_snapshots(connection)
            else:
                found = await self._tail_ids(connection)
        self._read_at = started
        return found

    async def _tail_snapshots(self, connection: AsyncConnection) -> list[AccessChange]:
        if self._position is None:
            self._position = (await connection.execute(select(text("pg_current_snapshot()::text")))).scalar_one()
            return []
        rows = (await connection.execute(_TAIL, {"seen": self._position})).all()
        self._position = rows[0].snapshot
        return [_change(row) for row in rows if row.id is not None]

    async def _tail_ids(self, connection: AsyncConnection) -> list[AccessChange]:
        """SQLite has one writer at a time, so ids are committed in their order."""
        if self._position is None:
            self._position = (await connection.execute(select(func.coalesce(func.max(access.c.id), 0)))).scalar_one()
            return []
        newer = select(access).where(access.c.id > self._position).order_by(access.c.id)
        rows = (await connection.execute(newer)).all()
        if rows:
            self._position = rows[-1].id
        return [_change(row) for row in rows]


def _change(row: Row[Any]) -> AccessChange:
    at = row.until if row.resource == TOKENS and row.until is not None else row.created_at
    return AccessChange(row.user_id, row.resource, row.kind, row.tier, row.until, row.reason or "", at.timestamp())
