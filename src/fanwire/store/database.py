"""The database as all rooms share it: one engine that writes, one that reads, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fanwire.store import engines, wakeup
from fanwire.store.ownership import OwnerLock
from fanwire.store.turns import Turns
from fanwire.store.urls import async_url, sync_url

# Connections that ``begin`` and ``look`` each leave to the relay, the access feed and readers.
_KEPT_FREE = 3


class Database:
    """Engines for one database. Open it inside the process that uses it, and close it on the same event loop.

    On PostgreSQL ``write`` and ``read`` are one engine. On SQLite ``write`` is one connection with BEGIN
    IMMEDIATE, so that writers of the process queue in order, and ``read`` gives snapshots that never wait.
    """

    def __init__(
        self,
        url: URL,
        write: AsyncEngine,
        read: AsyncEngine,
        lock: OwnerLock | None = None,
        *,
        writers: int = 1,
        readers: int = 1,
    ) -> None:
        self.write = write
        self.read = read
        self._url = url
        self._lock = lock
        self._turns = Turns(writers, engines.POOL_TIMEOUT)
        self._looks = Turns(readers, engines.POOL_TIMEOUT)
        self._ends: list[wakeup.Callback] = []

    @classmethod
    def open(cls, url: str, *, pool_size: int = 10, owner: bool = False) -> Database:
        """Make the engines; connections come with first use.

        ``owner=True`` claims a SQLite file for this process (it means nothing on PostgreSQL).

        Raises:
            ConfigurationError: the URL cannot be used, or its driver is not installed.
            DatabaseLocked: another process owns the SQLite file.
        """
        parsed, crowd = async_url(url), max(1, pool_size - _KEPT_FREE)
        if parsed.get_backend_name() == "postgresql":
            engine = engines.postgres_engine(parsed, pool_size)
            return cls(parsed, engine, engine, writers=crowd, readers=crowd)
        lock = OwnerLock(str(parsed.database)) if owner else None
        readers = engines.sqlite_readers(parsed, pool_size)
        return cls(parsed, engines.sqlite_writer(parsed), readers, lock, readers=crowd)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of one of many callers, who wait for their turn here; it commits at the end of the block.

        The relay takes its connections from ``write`` and so never waits behind a crowd.

        Raises:
            sqlalchemy.exc.TimeoutError: no turn, or no connection, within ``engines.POOL_TIMEOUT`` seconds.
        """
        async with self._turns.one(), self.write.begin() as connection:
            yield connection

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """For single reads, as ``peek``, of one of many askers, who wait for their turn here.

        After a mass reconnect each of a hundred thousand subscriptions asks; the API goes on beside them.

        Raises:
            sqlalchemy.exc.TimeoutError: no turn, or no connection, within ``engines.POOL_TIMEOUT`` seconds.
        """
        async with self._looks.one(), self.peek.connect() as connection:
            yield connection

    @property
    def dialect(self) -> str:
        """``postgresql`` or ``sqlite``."""
        return self._url.get_backend_name()

    @property
    def url(self) -> str:
        """The URL with its password: never log it."""
        return self._url.render_as_string(hide_password=False)

    @property
    def owned(self) -> bool:
        """No other process can be using this database: the SQLite file is ours."""
        return self._lock is not None

    @cached_property
    def peek(self) -> AsyncEngine:
        """For single reads: no BEGIN and no ROLLBACK around them on PostgreSQL, which saves two round trips."""
        if self.dialect == "sqlite":
            return self.read
        return self.read.execution_options(isolation_level="AUTOCOMMIT")

    @cached_property
    def sync(self) -> Engine:
        """A sync engine on the same database, for threads and scripts."""
        return engines.sync_engine(sync_url(self._url), 5)

    def on_commit(self, callback: wakeup.Callback) -> None:
        """Call ``callback`` after commits of this process that appended events or frames, until ``close``.

        It is called from the thread that committed, must not block or raise, and may be called for another
        database of the same process: take it as a hint to look.
        """
        self._ends.append(wakeup.on_commit(callback))

    async def close(self) -> None:
        """Close every connection and give the SQLite file free."""
        for end in self._ends:
            end()
        await self.write.dispose()
        if self.read is not self.write:
            await self.read.dispose()
        if "sync" in self.__dict__:
            self.sync.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None
