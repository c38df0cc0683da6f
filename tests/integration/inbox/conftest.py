"""A relay in miniature: events go straight into ``apply_rows``, in the transaction that moves the order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock, utc
from fanwire.frames import Frame
from fanwire.inbox import Inbox
from fanwire.inbox.apply import apply_rows
from fanwire.payloads import Event
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.migrate import upgrade_async
from fanwire.testing.clock import FakeClock

# Rows carry the time that the writer's database gave them.
SAID_AT = datetime(2027, 1, 15, 8, 0, 0, 123456, tzinfo=UTC)


class Row(msgspec.Struct, frozen=True):
    event_id: str
    function: str
    payload: dict[str, Any]
    created_at: datetime = SAID_AT


class Site:
    """One database with its inbox service; ``apply`` does what the relay does with claimed rows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._numbers = count(1)
        self.inbox = Inbox(database, clock, lambda: f"act-{next(self._numbers)}")

    async def apply(self, *events: Event | Row) -> list[Frame]:
        """Apply as one batch; the event ids are e1, e2, ... over the life of the site."""
        rows = [event if isinstance(event, Row) else self.row(event) for event in events]
        async with self.database.write.begin() as connection:
            return await self.apply_on(connection, rows)

    def row(self, event: Event) -> Row:
        return Row(f"e{next(self._numbers)}", event.function, event.to_json())

    async def apply_on(self, connection: AsyncConnection, rows: Sequence[Row]) -> list[Frame]:
        lease = tables.relay_lease
        moved = update(lease).where(lease.c.name == "relay").values(gseq=lease.c.gseq + len(rows))
        head = (await connection.execute(moved.returning(lease.c.gseq))).scalar_one()
        return await apply_rows(connection, rows, head - len(rows) + 1, utc(self.clock))

    async def acted(self) -> list[dict[str, Any]]:
        """What the acts since the last call wrote for the relay to publish; it is taken away."""
        columns = tables.frame.c
        async with self.database.write.begin() as connection:
            found = (await connection.execute(select(tables.frame).order_by(columns.id))).all()
            await connection.execute(delete(tables.frame))
        return [dict(row._mapping) | {"data": msgspec.json.decode(row.data)} for row in found]

    async def size(self, table: Any) -> int:
        async with self.database.read.connect() as connection:
            return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


OpenSite = Callable[[str], AbstractAsyncContextManager[Site]]


@asynccontextmanager
async def _open(url: str, clock: Clock) -> AsyncIterator[Site]:
    await upgrade_async(url)
    database = Database.open(url)
    async with database.write.begin() as connection:
        if (await connection.execute(select(tables.relay_lease))).first() is None:
            await connection.execute(insert(tables.relay_lease).values(name="relay"))
    try:
        yield Site(database, clock)
    finally:
        await database.close()


@pytest.fixture
async def site(db_url: str, clock: FakeClock) -> AsyncIterator[Site]:
    """On SQLite and on PostgreSQL."""
    async with _open(db_url, clock) as opened:
        yield opened


@pytest.fixture
async def sqlite_site(sqlite_url: str, clock: FakeClock) -> AsyncIterator[Site]:
    async with _open(sqlite_url, clock) as opened:
        yield opened


@pytest.fixture
async def pg_site(pg_url: str, clock: FakeClock) -> AsyncIterator[Site]:
    async with _open(pg_url, clock) as opened:
        yield opened
