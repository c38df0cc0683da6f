"""A migrated database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from fanwire.store import migrate
from fanwire.store.database import Database


@pytest.fixture
async def database(db_url: str) -> AsyncIterator[Database]:
    await migrate.upgrade_async(db_url)
    opened = Database.open(db_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres(pg_url: str) -> AsyncIterator[Database]:
    await migrate.upgrade_async(pg_url)
    opened = Database.open(pg_url)
    yield opened
    await opened.close()
