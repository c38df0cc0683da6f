"""Append events to the outbox in the caller's own transaction: they leave if and only if it commits.

Nothing here commits, and no row is touched that another caller could want: writers never wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session
from sqlalchemy.orm import Session, scoped_session

from fanwire.access import writer as access
from fanwire.errors import ConfigurationError
from fanwire.outbox.crash import CrashPoint, armed, reached
from fanwire.outbox.row import CONTRACT_VERSION
from fanwire.payloads import AccessEvent, Event
from fanwire.store import tables, wakeup

T = TypeVar("T")

# Who owns the transaction that an event goes into.
SyncSession = Session | scoped_session[Any] | Connection
AnySession = SyncSession | AsyncSession | async_scoped_session[Any] | AsyncConnection

# A repeat of an event id that still waits is the same event: a caller that retries gets no second one.
INSERTS: dict[str, Insert] = {
    "postgresql": postgresql.insert(tables.outbox).on_conflict_do_nothing(index_elements=["event_id"]),
    "sqlite": sqlite.insert(tables.outbox).on_conflict_do_nothing(index_elements=["event_id"]),
}

if armed():
    wakeup.on_commit(lambda: reached(CrashPoint.API_AFTER_COMMIT))


class Entry(NamedTuple):
    """An event and the id it will have everywhere."""

    event_id: str
    event: Event


def append(session: SyncSession, event: Event, *, event_id: str) -> None:
    """Append one event. The caller commits, or rolls back and nothing was said.

    Raises:
        ConfigurationError: the session is on a database that Fanwire does not run on.
        sqlalchemy.exc.SQLAlchemyError: the database refused; the caller's transaction is then lost as well.
        TypeError: ``session`` is no SQLAlchemy session or connection, or an async one.
    """
    append_many(session, [Entry(event_id, event)])


def append_many(session: SyncSession, entries: Iterable[Entry]) -> None:
    """Append events in their order, in one insert. Duties and errors as ``append``."""
    listed = list(entries)
    connection = connection_of(session)
    reached(CrashPoint.API_BEFORE_APPEND)
    if listed:
        connection.execute(_insert(connection), [row(entry) for entry in listed])
        facts = [access.Said(entry.event_id, entry.event) for entry in listed if isinstance(entry.event, AccessEvent)]
        if facts:
            access.record(connection, facts)
        wakeup.announce(connection)
    reached(CrashPoint.API_BEFORE_COMMIT)


async def append_async(session: AnySession, event: Event, *, event_id: str) -> None:
    """``append`` on any of the four kinds of session, for code that runs on a loop."""
    await append_many_async(session, [Entry(event_id, event)])


async def append_many_async(session: AnySession, entries: Iterable[Entry]) -> None:
    """``append_many`` on any of the four kinds of session."""
    await on_connection(session, append_many, entries)


async def on_connection(session: object, function: Callable[..., T], *arguments: Any) -> T:
    """``function(connection, *arguments)`` within the transaction of any of the four kinds of session.

    Raises:
        TypeError: ``session`` is none of them.
    """
    if isinstance(session, AsyncConnection):
        return await session.run_sync(function, *arguments)
    if isinstance(session, AsyncSession | async_scoped_session):
        own = session if isinstance(session, AsyncSession) else session()
        return await own.run_sync(lambda sync: function(connection_of(sync), *arguments))
    return function(connection_of(session), *arguments)


def connection_of(session: object) -> Connection:
    """The connection on which this session writes the outbox. Raises as ``append`` does."""
    if isinstance(session, Connection):
        return session
    if isinstance(session, Session | scoped_session):
        return session.connection(bind_arguments={"clause": tables.outbox.insert()})
    is_async = isinstance(session, AsyncSession | async_scoped_session | AsyncConnection)
    hint = ": use the async event functions for it" if is_async else ""
    raise TypeError(f"session is {type(session).__name__}, not a SQLAlchemy Session or Connection{hint}")


def _insert(connection: Connection) -> Insert:
    try:
        return INSERTS[connection.dialect.name]
    except KeyError:
        raise ConfigurationError(
            f"the session is on {connection.dialect.name}; the outbox is written to PostgreSQL or SQLite only"
        ) from None


def row(entry: Entry) -> dict[str, Any]:
    """The columns that a writer fills."""
    return {
        "version": CONTRACT_VERSION,
        "event_id": entry.event_id,
        "function": entry.event.function,
        "payload": entry.event.to_json(),
        "ordering_key": entry.event.ordering_key() or None,
    }
