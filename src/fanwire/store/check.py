"""Is an engine that the application made itself fit to carry events in its transactions?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from fanwire.errors import ConfigurationError

_OLDEST_POSTGRESQL = (13,)  # pg_current_xact_id() and pg_snapshot came with it
_FULL = 2
_REMEDY = "call fanwire.store.sqlite.prepare_sqlite(engine) before its first connection"


def check_engine(engine: Engine) -> None:
    """Look at one connection of ``engine``.

    Raises:
        ConfigurationError: a setting would lose events or updates; the message names each and what to set.
    """
    with engine.begin() as connection:
        _check(connection)


async def check_engine_async(engine: AsyncEngine) -> None:
    """``check_engine`` for an async engine."""
    async with engine.begin() as connection:
        await connection.run_sync(_check)


def _check(connection: Connection) -> None:
    checks = {"postgresql": _postgresql, "sqlite": _sqlite}
    if connection.dialect.name not in checks:
        raise ConfigurationError(f"events live in PostgreSQL or SQLite, and this engine is {connection.dialect.name}")
    found = list(checks[connection.dialect.name](connection))
    if found:
        raise ConfigurationError(f"{connection.engine.url.render_as_string()}: {'; '.join(found)}")


def _postgresql(connection: Connection) -> Iterator[str]:
    version = connection.dialect.server_version_info or ()
    if version < _OLDEST_POSTGRESQL:
        yield f"PostgreSQL {'.'.join(map(str, version))} is too old; use 13 or newer"
    driver_connection: Any = connection.connection.dbapi_connection
    if connection.dialect.detect_autocommit_setting(driver_connection):
        yield "isolation_level is AUTOCOMMIT, so an event would be committed without your write; remove that setting"
    if connection.scalar(text("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean")):
        yield "the server accepts no writes; point the URL at the primary"


def _sqlite(connection: Connection) -> Iterator[str]:
    if str(_pragma(connection, "journal_mode")).lower() != "wal":
        yield f"journal_mode is {_pragma(connection, 'journal_mode')}, set WAL: readers must not wait for the writer"
    if _pragma(connection, "synchronous") < _FULL:
        yield "synchronous is below FULL, set FULL: NORMAL loses acknowledged commits at a power cut"
    if _pragma(connection, "busy_timeout") <= 0:
        yield "busy_timeout is 0, set 5000: writers of one process meet"
    if not _begins_immediately(connection):
        yield f"transactions do not start with BEGIN IMMEDIATE, so updates can be lost; {_REMEDY}"


def _pragma(connection: Connection, name: str) -> Any:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def _begins_immediately(connection: Connection) -> bool:
    """Within our transaction nobody else can begin to write."""
    with closing(sqlite3.connect(str(connection.engine.url.database), timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        other.execute("ROLLBACK")
        return False
