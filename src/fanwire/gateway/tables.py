"""Opens the database of a process, and sees that its tables are those of this version."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from sqlalchemy.exc import SQLAlchemyError

from fanwire.errors import ConfigurationError, FanwireError
from fanwire.settings import Settings
from fanwire.store import migrate
from fanwire.store.database import Database


class DatabaseUnreachable(FanwireError):
    """The database does not answer, so nothing can start on it."""


async def open_database(settings: Settings, stack: AsyncExitStack) -> Database:
    """The database, closed by ``stack``.

    A SQLite file is claimed for this process. Its tables, and those of a development server, are upgraded at
    once; in production that is somebody's decision.

    Raises: ConfigurationError, DatabaseLocked, DatabaseUnreachable.
    """
    url = settings.database.url.get_secret_value()
    if not url:
        raise ConfigurationError("database.url is empty: set FANWIRE_DATABASE_URL")
    database = Database.open(url, pool_size=settings.database.pool_size, owner=True)
    stack.push_async_callback(database.close)
    try:
        if database.dialect == "sqlite" or settings.environment == "development":
            await migrate.upgrade_async(url)
        else:
            await asyncio.to_thread(_demand_current, url)
    except SQLAlchemyError as error:
        raise unreachable(error) from None
    return database


def unreachable(error: SQLAlchemyError) -> DatabaseUnreachable:
    """What the database said, in one line."""
    return DatabaseUnreachable(f"the database cannot be used: {_first_line(error)}")


def _demand_current(url: str) -> None:
    has, needs = migrate.current(url), migrate.newest()
    if has != needs:
        raise ConfigurationError(
            f"the database is at {has or 'nothing'}, this version needs {needs}: run fanwire db upgrade"
        )


def _first_line(error: SQLAlchemyError) -> str:
    # psycopg names host and user there, never the password; the statement and the help link follow on other lines.
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split("\n\n")[0].split())
