"""A relay over a real database and a clock in the test's hands; what it publishes is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from fanwire.clock import utc
from fanwire.frames.frame import Target
from fanwire.ids import event_id
from fanwire.inbox import Inbox
from fanwire.inbox.apply import apply_rows
from fanwire.inbox.lapses import apply_lapses, lapsed
from fanwire.outbox.lapsing import INTERVAL, Lapses
from fanwire.outbox.relay import Relay
from fanwire.outbox.writer import Entry, append_many_async
from fanwire.payloads import Event
from fanwire.settings import RelaySettings
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.frames import StoredFrame
from fanwire.store.migrate import upgrade_async
from fanwire.testing import FakeClock


class World:
    """``say`` commits events, ``work`` lets the relay do all there is; ``told`` is what went out since."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.inbox = Inbox(database, clock)
        self.frames: list[StoredFrame] = []
        self.relay = self.new_relay()

    def new_relay(self) -> Relay:
        """Another life of the relay: nothing is remembered but what the database holds."""
        lapses = Lapses(lapsed, apply_lapses)
        settings = RelaySettings(full_scan_interval=0.0)
        return Relay(self.database, self, settings, self.clock, "test", apply=apply_rows, lapses=lapses)

    async def publish(self, frames: Sequence[StoredFrame]) -> None:
        self.frames += frames

    async def say(self, *events: Event, ids: Sequence[str] = ()) -> None:
        names = list(ids) or [event_id() for _ in events]
        async with self.database.write.begin() as connection:
            entries = [Entry(name, event) for name, event in zip(names, events, strict=True)]
            await append_many_async(connection, entries)

    async def work(self) -> None:
        while await self.relay.step():
            pass

    async def later(self, seconds: float) -> None:
        """Time passes, and the relay looks."""
        self.clock.advance(max(seconds, INTERVAL))
        await self.work()

    def in_(self, seconds: float) -> datetime:
        return utc(self.clock) + timedelta(seconds=seconds)

    def told(self) -> list[dict[str, Any]]:
        """Channel frames to the user and control frames, short; forgotten afterwards."""
        found, self.frames = self.frames, []
        return [
            {"at": one.target.value if one.target is Target.CONTROL else one.channel, **msgspec.json.decode(one.data)}
            for one in found
        ]

    async def members(self, stream: str = "creator:anna") -> set[str]:
        open_ones = sa.select(tables.membership.c.user_id).where(
            tables.membership.c.stream == stream, tables.membership.c.to_gseq.is_(None)
        )
        async with self.database.read.connect() as connection:
            return set((await connection.execute(open_ones)).scalars())

    async def recount(self, user: str) -> tuple[int, int]:
        """The unread count as it is kept, and the list counted one by one."""
        page = await self.inbox.page(user, limit=100)
        return page.unread_count, sum(not one["isRead"] for one in page.notifications)


@pytest.fixture
async def world(sqlite_url: str, clock: FakeClock) -> AsyncIterator[World]:
    """On SQLite; ``each_world`` is for what the database has a part in."""
    async with _opened(sqlite_url, clock) as one:
        yield one


@pytest.fixture
async def each_world(db_url: str, clock: FakeClock) -> AsyncIterator[World]:
    """On SQLite and on PostgreSQL."""
    async with _opened(db_url, clock) as one:
        yield one


@pytest.fixture
async def pg_world(pg_url: str, clock: FakeClock) -> AsyncIterator[World]:
    async with _opened(pg_url, clock) as one:
        yield one


@asynccontextmanager
async def _opened(url: str, clock: FakeClock) -> AsyncIterator[World]:
    await upgrade_async(url)
    database = Database.open(url)
    yield World(database, clock)
    await database.close()
