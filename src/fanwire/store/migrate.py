"""Bring a database to the schema of this version: ``fanwire db upgrade``, ``fanwire dev`` and tests."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from fanwire.store.engines import sync_engine
from fanwire.store.urls import sync_url

VERSION_TABLE = "fanwire_alembic_version"
# 'fanwire' in ASCII: two processes that upgrade at once take turns.
_ADVISORY_LOCK = 0x66616E77697265


def upgrade(url: str) -> None:
    """Create or upgrade every table of Fanwire, in one transaction; a database that is current is left alone.

    Raises:
        ConfigurationError: the URL cannot be used, or its driver is not installed.
    """
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


async def upgrade_async(url: str) -> None:
    """``upgrade`` in a thread of its own, for code that runs on a loop."""
    await asyncio.to_thread(upgrade, url)


def current(url: str) -> str | None:
    """The revision that the database has, or None before the first upgrade."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            return context.get_current_revision()
    finally:
        engine.dispose()


def newest() -> str:
    """The revision that this version of Fanwire needs."""
    return str(ScriptDirectory.from_config(_config(None)).get_current_head())


def _engine(url: str) -> Engine:
    return sync_engine(sync_url(url), 1)


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
