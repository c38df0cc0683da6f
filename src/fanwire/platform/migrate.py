"""Brings the platform's tables up to date; the scripts travel in the wheel."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from fanwire.store.engines import sync_engine
from fanwire.store.urls import sync_url

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "platform_alembic_version"
# Any number, as long as nobody else's is the same: "platform" in ASCII.
_LOCK = 0x706C6174666F726D


def upgrade(url: str) -> None:
    """Apply what is missing. ``url`` is a SQLAlchemy URL or plain ``postgresql://`` / ``sqlite:///``.

    Blocks: from a running loop use ``upgrade_async``.
    """
    engine = sync_engine(sync_url(url), 1)
    try:
        with engine.begin() as connection:
            _one_at_a_time(connection)
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            command.upgrade(config, "head")
    finally:
        engine.dispose()


async def upgrade_async(url: str) -> None:
    """``upgrade`` in a thread, for a caller inside a loop."""
    await asyncio.to_thread(upgrade, url)


def _one_at_a_time(connection: Connection) -> None:
    """Several processes may start at once; the second finds everything done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
