"""The relay's way to the database: on PostgreSQL one connection for a whole round."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.store.database import Database


class Connections:
    """Taking a connection from the pool proves that it is alive, which is a round trip; a round uses one up to five
    times. On SQLite each use takes its own: readers do not wait for the one writer, and callers need it meanwhile.

    Not for several tasks at once. Outside a round everything works too, at the old price.
    """

    def __init__(self, database: Database) -> None:
        self.dialect = database.dialect
        self._database = database
        self._one: AsyncConnection | None = None

    @asynccontextmanager
    async def round(self) -> AsyncIterator[None]:
        """Within, every use is of the same connection."""
        if self.dialect == "sqlite":
            yield
            return
        async with self._database.write.connect() as self._one:
            try:
                yield
            finally:
                self._one = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Single reads without BEGIN and ROLLBACK around them."""
        one = self._one
        if one is None:
            async with self._database.peek.connect() as connection:
                yield connection
            return
        await one.execution_options(isolation_level="AUTOCOMMIT")
        try:
            yield one
        finally:
            # Nothing goes to the server: it only ends what SQLAlchemy takes for a transaction.
            await one.rollback()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits at the end of the block."""
        one = self._one
        if one is None:
            async with self._database.write.begin() as connection:
                yield connection
            return
        await one.execution_options(isolation_level=one.default_isolation_level)
        async with one.begin():
            yield one
