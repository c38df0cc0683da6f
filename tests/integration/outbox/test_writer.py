"""Appending: a repeat is one event, a wrong session is named, the relay is woken whoever's engine it was."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from fanwire.errors import ConfigurationError
from fanwire.outbox.writer import Entry, append, append_async, append_many, append_many_async
from fanwire.payloads import ClearNotifications, GrantAccess, RevokeAccess
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.sqlite import prepare_sqlite
from tests.integration.outbox.relays import Recorder, count, relay, until

EVENT = ClearNotifications(user_id="boris")
UNTIL = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
GRANT = GrantAccess(user_id="boris", resource="creator:anna", tier="vip", until=UNTIL)
REVOKE = RevokeAccess(user_id="boris", resource="creator:anna", reason="refunded")


async def test_a_repeat_of_an_event_id_is_the_same_event(database: Database) -> None:
    for _ in range(2):
        async with database.write.begin() as connection:
            await append_async(connection, EVENT, event_id="e")
    async with database.write.begin() as connection:
        await append_many_async(connection, [Entry("e", EVENT), Entry("f", EVENT)])
    assert await count(database, tables.outbox) == 2


async def test_a_grant_is_a_fact_in_the_same_transaction_and_its_late_repeat_undoes_nothing(database: Database) -> None:
    entries = [Entry("g", GRANT), Entry("r", REVOKE)]
    async with database.write.begin() as connection:
        await append_many_async(connection, entries)
    async with database.write.begin() as connection:
        await connection.execute(sa.delete(tables.outbox))  # the relay has taken them long ago
    async with database.write.begin() as connection:
        await append_async(connection, GRANT, event_id="g")
    columns = tables.access.c
    wanted = (columns.user_id, columns.resource, columns.kind, columns.tier, columns.until, columns.reason)
    async with database.read.connect() as connection:
        facts = (await connection.execute(sa.select(*wanted).order_by(columns.id))).all()
    assert facts == [
        ("boris", "creator:anna", "grant", "vip", UNTIL, None),
        ("boris", "creator:anna", "revoke", None, None, "refunded"),
    ]


async def test_events_keep_the_order_of_the_call(database: Database) -> None:
    async with database.write.begin() as connection:
        await append_many_async(connection, (Entry(f"e{n}", EVENT) for n in range(300)))
        await append_many_async(connection, [])
    async with database.read.connect() as connection:
        ids = (await connection.scalars(sa.select(tables.outbox.c.event_id).order_by(tables.outbox.c.id))).all()
    assert ids == [f"e{n}" for n in range(300)]


async def test_scoped_sessions(database: Database) -> None:
    scoped = scoped_session(sessionmaker(database.sync))
    append(scoped, EVENT, event_id="sync")
    scoped.commit()
    scoped.remove()
    async_scoped = async_scoped_session(async_sessionmaker(database.write), scopefunc=asyncio.current_task)
    await append_async(async_scoped, EVENT, event_id="async")
    await async_scoped.commit()
    await async_scoped.remove()
    assert await count(database, tables.outbox) == 2


@pytest.mark.parametrize("session", [None, "session", object()])
async def test_what_is_no_session_is_named(session: Any) -> None:
    with pytest.raises(TypeError, match=f"session is {type(session).__name__}, not a SQLAlchemy Session"):
        await append_async(session, EVENT, event_id="e")


async def test_an_async_session_in_a_sync_function_is_told_where_to_go(database: Database) -> None:
    async with AsyncSession(database.write) as session:
        with pytest.raises(TypeError, match="use the async event functions"):
            append(session, EVENT, event_id="e")  # type: ignore[arg-type]


def test_another_database_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = sa.create_engine("sqlite://")
    monkeypatch.setattr(engine.dialect, "name", "mysql")  # it only has to say so
    with engine.connect() as connection, pytest.raises(ConfigurationError, match="PostgreSQL or SQLite only"):
        append_many(connection, [Entry("e", EVENT)])
    engine.dispose()


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_the_callers_own_engine_wakes_the_relay(database: Database, kind: str) -> None:
    """Without a wake-up this relay would look again in an hour."""
    out = Recorder()
    work = relay(database, out, poll_interval=3600)
    task = asyncio.create_task(work.run())
    await until(lambda: work.stats.holding)
    if kind == "sync":
        await asyncio.to_thread(_own_sync_engine, database)
    else:
        await _own_async_engine(database)
    await until(lambda: len(out.frames) == 1)
    work.stop()
    await task


def _own_sync_engine(database: Database) -> None:
    engine = sa.create_engine(database.sync.url)
    if database.dialect == "sqlite":
        prepare_sqlite(engine)
    with Session(engine) as session:
        append(session, EVENT, event_id="e")
        session.commit()
    engine.dispose()


async def _own_async_engine(database: Database) -> None:
    engine = create_async_engine(database.url)
    if database.dialect == "sqlite":
        prepare_sqlite(engine.sync_engine)
    async with AsyncSession(engine) as session:
        await append_async(session, EVENT, event_id="e")
        await session.commit()
    await engine.dispose()
