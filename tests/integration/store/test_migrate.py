"""The migrated schema is the one that the code describes, on both databases."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from fanwire.errors import ConfigurationError
from fanwire.store import migrate, tables
from fanwire.store.database import Database
from fanwire.store.engines import sync_engine
from fanwire.store.urls import sync_url


def test_the_migrated_schema_is_the_metadata(db_url: str) -> None:
    migrate.upgrade(db_url)
    engine = sync_engine(sync_url(db_url), 1)
    with engine.connect() as connection:
        options = {"version_table": migrate.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_defaults_of_the_migration_are_those_of_the_metadata(db_url: str) -> None:
    """What an SQL client may leave out is filled in: the row of docs/reference/outbox."""
    migrate.upgrade(db_url)
    engine = sync_engine(sync_url(db_url), 1)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO fanwire_outbox (event_id, function, payload) VALUES ('e1', 'f', '{\"a\": 1}')")
        )
        connection.execute(
            text("INSERT INTO fanwire_access (user_id, resource, kind) VALUES ('boris', 'creator:anna', 'grant')")
        )
        row = connection.execute(select(tables.outbox)).one()
        assert (row.version, row.payload, row.created_at.utcoffset().total_seconds()) == (1, {"a": 1}, 0)
        access = connection.execute(select(tables.access)).one()
        if engine.dialect.name == "postgresql":
            assert access.xid == connection.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
        else:
            assert access.xid is None
        assert connection.execute(select(tables.relay_lease)).all() == [("relay", "", 0, None, 0)]
    engine.dispose()


async def test_upgrade_twice_and_at_once_changes_nothing(db_url: str) -> None:
    assert migrate.current(db_url) is None
    await asyncio.gather(migrate.upgrade_async(db_url), migrate.upgrade_async(db_url))
    assert migrate.current(db_url) == migrate.newest()


async def test_ids_are_never_given_twice(db_url: str) -> None:
    await migrate.upgrade_async(db_url)
    database = Database.open(db_url)
    ids = []
    for number in range(3):
        async with database.write.begin() as connection:
            row = {"event_id": f"e{number}", "function": "f", "payload": {}}
            ids.append(
                (await connection.execute(insert(tables.outbox).returning(tables.outbox.c.id), row)).scalar_one()
            )
            await connection.execute(tables.outbox.delete())
    assert ids == sorted(set(ids))
    await database.close()


async def test_an_event_id_is_unique(db_url: str) -> None:
    await migrate.upgrade_async(db_url)
    database = Database.open(db_url)
    row = {"event_id": "same", "function": "f", "payload": {}}
    with pytest.raises(IntegrityError):
        async with database.write.begin() as connection:
            await connection.execute(insert(tables.outbox), row)
            await connection.execute(insert(tables.outbox), row)
    await database.close()


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="not mysql"):
        migrate.upgrade("mysql://u:secret@host/db")
