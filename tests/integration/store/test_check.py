"""A foreign engine is checked, and told what to set."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from fanwire.errors import ConfigurationError
from fanwire.store.check import check_engine, check_engine_async
from fanwire.store.database import Database
from fanwire.store.sqlite import prepare_sqlite
from fanwire.store.urls import sync_url


async def test_our_own_engines_pass(db_url: str) -> None:
    database = Database.open(db_url)
    await check_engine_async(database.write)
    check_engine(database.sync)
    await database.close()


def test_a_plain_sqlite_engine_is_told_everything(sqlite_url: str) -> None:
    engine = sa.create_engine(sync_url(sqlite_url))
    with pytest.raises(ConfigurationError, match=r"journal_mode is delete, set WAL.*BEGIN IMMEDIATE.*prepare_sqlite"):
        check_engine(engine)
    engine.dispose()


async def test_a_plain_async_sqlite_engine_fails_and_a_prepared_one_passes(sqlite_url: str) -> None:
    plain = create_async_engine(sqlite_url)
    with pytest.raises(ConfigurationError, match="set WAL"):
        await check_engine_async(plain)
    await plain.dispose()
    prepared = create_async_engine(sqlite_url)
    prepare_sqlite(prepared.sync_engine)
    await check_engine_async(prepared)
    await prepared.dispose()


@pytest.mark.parametrize(
    ("pragma", "complaint"),
    [("synchronous=NORMAL", "synchronous is below FULL, set FULL"), ("busy_timeout=0", "busy_timeout is 0, set 5000")],
)
def test_one_wrong_pragma_is_named(sqlite_url: str, pragma: str, complaint: str) -> None:
    engine = sa.create_engine(sync_url(sqlite_url))
    prepare_sqlite(engine)
    sa.event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
    with pytest.raises(ConfigurationError, match=re.escape(complaint)):
        check_engine(engine)
    engine.dispose()


def test_a_deferred_begin_is_found(sqlite_url: str) -> None:
    engine = sa.create_engine(sync_url(sqlite_url))
    prepare_sqlite(engine, "DEFERRED")
    with pytest.raises(ConfigurationError, match="BEGIN IMMEDIATE"):
        check_engine(engine)
    engine.dispose()


def test_autocommit_would_part_the_event_from_the_write(pg_url: str) -> None:
    engine = sa.create_engine(pg_url, isolation_level="AUTOCOMMIT")
    with pytest.raises(ConfigurationError, match="isolation_level is AUTOCOMMIT"):
        check_engine(engine)
    engine.dispose()


def test_a_server_that_takes_no_writes_is_named(pg_url: str) -> None:
    engine = sa.create_engine(pg_url, connect_args={"options": "-c default_transaction_read_only=on"})
    with pytest.raises(ConfigurationError, match="point the URL at the primary"):
        check_engine(engine)
    engine.dispose()
