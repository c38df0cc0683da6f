"""The transactions of the inbox service: one consistent read, or one write of its own or of the caller."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session

from fanwire.store.database import Database

# Whose transaction an act joins.
AnyAsyncSession = AsyncSession | async_scoped_session[Any] | AsyncConnection


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[AsyncConnection]:
    """All statements within see one state of the database, and write nothing."""
    async with database.read.connect() as connection:
        if database.dialect == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


@asynccontextmanager
async def writing(database: Database, session: AnyAsyncSession | None) -> AsyncIterator[AsyncConnection]:
    """A transaction that commits at the end, in turn; with ``session``, the caller's, which the caller commits.

    Raises:
        TypeError: ``session`` is none of SQLAlchemy's async sessions or connections.
    """
    if session is None:
        async with database.begin() as connection:
            yield connection
    elif isinstance(session, AsyncConnection):
        yield session
    elif isinstance(session, AsyncSession | async_scoped_session):
        yield await session.connection()
    else:
        raise TypeError(f"session is {type(session).__name__}, not a SQLAlchemy AsyncSession or AsyncConnection")
