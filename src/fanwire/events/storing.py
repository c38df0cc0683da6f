"""Events into the outbox: in the caller's transaction, or in one of our own that concurrent calls share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property
from typing import Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from fanwire.events.grouping import Grouping, Write
from fanwire.events.receipt import Status
from fanwire.events.target import Failures
from fanwire.outbox import django
from fanwire.outbox.writer import Entry, append_many, connection_of
from fanwire.payloads import Event, UpdatePostLikes
from fanwire.store.database import Database
from fanwire.store.engines import sync_engine
from fanwire.store.urls import sync_url

# One writes a group, the others serve threads that use the sync twins.
_POOL_SIZE = 5


class CountDirectory(Protocol):
    """Asked for a post's likes when the caller of ``update_post_likes`` gives no count."""

    def likes_count(self, connection: Connection, post_id: str) -> int | None:
        """The likes as this transaction sees them, or None if unknown. ``connection`` is the event's own."""
        ...


def store(connection: Connection, entries: Sequence[Entry], directory: CountDirectory | None) -> None:
    """Append entries in the caller's transaction, with the like counts that only it can know."""
    if directory is not None:
        entries = [Entry(entry.event_id, _counted(connection, entry, directory)) for entry in entries]
    append_many(connection, entries)


def store_in(session: object, entries: Sequence[Entry], directory: CountDirectory | None) -> None:
    """``store`` on a sync session or connection of SQLAlchemy, or append on Django's connection (without counts).

    Raises:
        TypeError: ``session`` is none of them.
    """
    if django.is_django(session):
        django.append_many(session, entries)
    else:
        store(connection_of(session), entries, directory)


class DatabaseTarget:
    """A ``Database`` that this process has open; its owner closes it."""

    status = Status.STORED

    def __init__(self, database: Database, directory: CountDirectory | None) -> None:
        self._database = database
        self._directory = directory
        self._groups = _Groups(self._write)

    async def deliver(self, entries: Sequence[Entry]) -> Failures:
        await self._groups.store(entries)
        return {}

    def deliver_now(self, entries: Sequence[Entry]) -> Failures:
        with self._database.sync.begin() as connection:
            store(connection, entries, self._directory)
        return {}

    async def close(self) -> None:
        """Nothing here is ours."""

    async def _write(self, entries: Sequence[Entry]) -> None:
        async with self._database.write.begin() as connection:
            await connection.run_sync(store, entries, self._directory)


class UrlTarget:
    """A database by its URL. Its sync engine works in threads, so that any number of event loops may use it."""

    status = Status.STORED

    def __init__(self, url: str, directory: CountDirectory | None) -> None:
        """Raises ``ConfigurationError`` if the URL cannot be used; connections come with the first event."""
        self._url = sync_url(url)
        self._directory = directory
        self._groups = _Groups(self._write)

    @cached_property
    def _engine(self) -> Engine:
        return sync_engine(self._url, _POOL_SIZE)

    async def deliver(self, entries: Sequence[Entry]) -> Failures:
        await self._groups.store(entries)
        return {}

    def deliver_now(self, entries: Sequence[Entry]) -> Failures:
        with self._engine.begin() as connection:
            store(connection, entries, self._directory)
        return {}

    async def close(self) -> None:
        self._engine.dispose()

    async def _write(self, entries: Sequence[Entry]) -> None:
        await asyncio.to_thread(self.deliver_now, entries)


class _Groups:
    """One grouping per event loop: futures cannot cross loops."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Grouping] = WeakKeyDictionary()

    async def store(self, entries: Sequence[Entry]) -> None:
        loop = asyncio.get_running_loop()
        grouping = self._by_loop.get(loop)
        if grouping is None:
            grouping = self._by_loop[loop] = Grouping(self._write)
        await grouping.store(entries)


def _counted(connection: Connection, entry: Entry, directory: CountDirectory) -> Event:
    event = entry.event
    if isinstance(event, UpdatePostLikes) and event.likes_count is None:
        return event.model_copy(update={"likes_count": directory.likes_count(connection, event.post_id)})
    return event
