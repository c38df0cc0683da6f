"""The list as its owner sees it: personal and audience items merged, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.frames.notifications import Item
from fanwire.inbox.counts import END, NOT_READ, State
from fanwire.inbox.rowset import NUMBER, TEXT, Columns, packed, rowset
from fanwire.store.tables import Big, audience_event, inbox_exception, inbox_item, membership


class _Reader(NamedTuple):
    """Whose list it is: bound values, or the columns of a relation of readers."""

    user: ColumnElement[str]
    read_gseq: ColumnElement[int]
    clear_gseq: ColumnElement[int]


_ONE = _Reader(bindparam("user", type_=TEXT), bindparam("read_gseq", type_=Big), bindparam("clear_gseq", type_=Big))
_UP_TO = bindparam("up_to", type_=Big)
_LIMIT = bindparam("limit", type_=Big)


class Listed(NamedTuple):
    """An item of the list, and whether its owner has read it."""

    item: Item
    is_read: bool


async def newest(
    connection: AsyncConnection, state: State, *, limit: int, up_to: int = END, unread: bool = False
) -> list[Listed]:
    """At most ``limit`` items up to gseq ``up_to``, newest first; ``unread`` leaves out those that are read.

    ``state`` must come from the same transaction, and that must be one consistent read.
    """
    asked = {
        "user": state.user,
        "read_gseq": state.read_gseq,
        "clear_gseq": state.clear_gseq,
        "up_to": up_to,
        "limit": limit,
    }
    found: list[list[Listed]] = []
    if state.personal or not unread:
        found.append(_listed(await connection.execute(_personal(unread), asked)))
    if state.audience or not unread:
        found.append(_listed(await connection.execute(_audience(connection.dialect.name, unread), asked)))
    return _merged(found, limit)


async def newest_unread(
    connection: AsyncConnection, states: Collection[State], *, limit: int
) -> dict[str, list[Listed]]:
    """What ``newest(unread=True)`` gives for each of many users: two statements for all of them on PostgreSQL."""
    if connection.dialect.name != "postgresql":  # no LATERAL, and no way to the database to save
        return {state.user: await newest(connection, state, limit=limit, unread=True) for state in states}
    personal = await _of_readers(connection, _personal_of_many(), (one for one in states if one.personal), limit)
    audience = await _of_readers(connection, _audience_of_many(), (one for one in states if one.audience), limit)
    return {one.user: _merged((personal[one.user], audience[one.user]), limit) for one in states}


async def _of_readers(
    connection: AsyncConnection, statement: Select[Any], states: Iterable[State], limit: int
) -> defaultdict[str, list[Listed]]:
    found = defaultdict[str, list[Listed]](list)
    readers = [{"user_id": one.user, "read_gseq": one.read_gseq, "clear_gseq": one.clear_gseq} for one in states]
    if readers:
        asked = {"readers": packed(readers), "up_to": END, "limit": limit}
        for row in await connection.execute(statement, asked):
            found[row.user_id].append(Listed(_item(row), False))
    return found


def _merged(found: Iterable[list[Listed]], limit: int) -> list[Listed]:
    return list(islice(merge(*found, key=lambda one: one.item.gseq, reverse=True), limit))


def _listed(rows: Any) -> list[Listed]:
    return [Listed(_item(row), bool(row.is_read)) for row in rows]


def _item(row: Row[Any]) -> Item:
    return Item(row.item_id, row.gseq, row.type, row.title, row.message, row.metadata, row.created_at)


@cache
def _personal(unread: bool) -> Select[Any]:
    return _personal_of(_ONE, unread)


@cache
def _audience(dialect: str, unread: bool) -> Select[Any]:
    return _audience_of(_ONE, dialect, unread)


@cache
def _personal_of_many() -> Select[Any]:
    readers, each = _readers()
    return _for_each(readers, _personal_of(each, unread=True))


@cache
def _audience_of_many() -> Select[Any]:
    readers, each = _readers()
    return _for_each(readers, _audience_of(each, "postgresql", unread=True))


def _readers() -> tuple[FromClause, _Reader]:
    columns: Columns = {"user_id": TEXT, "read_gseq": NUMBER, "clear_gseq": NUMBER}
    readers = rowset("postgresql", "readers", columns)
    return readers, _Reader(readers.c.user_id, readers.c.read_gseq, readers.c.clear_gseq)


def _for_each(readers: FromClause, newest: Select[Any]) -> Select[Any]:
    found = newest.correlate(readers).lateral("found")
    listed = select(readers.c.user_id, found).select_from(readers.join(found, literal(True)))
    return listed.order_by(readers.c.user_id, found.c.gseq.desc())


def _personal_of(reader: _Reader, unread: bool) -> Select[Any]:
    item = inbox_item.c
    listed = (item.user_id == reader.user) & (item.gseq > reader.clear_gseq) & (item.gseq <= _UP_TO)
    if unread:
        listed &= NOT_READ & (item.gseq > reader.read_gseq)
    is_read = or_(item.is_read, item.gseq <= reader.read_gseq)
    return _columns(item, is_read).where(listed).order_by(item.gseq.desc()).limit(_LIMIT)


def _audience_of(reader: _Reader, dialect: str, unread: bool) -> Select[Any]:
    """Takes the newest of each stream by its index, then the newest of those."""
    mine, event = membership.alias("mine"), audience_event.alias("event")
    is_read = or_(event.c.gseq <= reader.read_gseq, _excepted(reader, event))
    floor = reader.read_gseq if unread else reader.clear_gseq
    low = case((mine.c.from_gseq > floor, mine.c.from_gseq), else_=floor)
    theirs = or_(mine.c.to_gseq.is_(None), mine.c.to_gseq > floor)
    newest_of_stream = _newest_of_stream(reader, mine, low, unread)
    if dialect == "postgresql":
        inner = newest_of_stream.lateral("newest")
        source = mine.join(inner, literal(True)).join(event, event.c.gseq == inner.c.gseq)
    else:
        # SQLite has no LATERAL; it looks each gseq of a correlated IN up by the primary key.
        source = mine.join(event, event.c.gseq.in_(newest_of_stream))
    rows = (
        _columns(event.c, is_read, _text(reader, mine, event))
        .select_from(source)
        .where(mine.c.user_id == reader.user, theirs)
    )
    return rows.order_by(event.c.gseq.desc()).limit(_LIMIT)


def _newest_of_stream(reader: _Reader, mine: FromClause, low: ColumnElement[int], unread: bool) -> Select[Any]:
    """The newest living items of one interval. Rows are compared for the reason in ``counts.number_at``."""
    event = audience_event.alias("one")
    at = tuple_(event.c.stream, event.c.gseq)
    high = case((mine.c.to_gseq < _UP_TO, mine.c.to_gseq), else_=_UP_TO)
    chosen = and_(at > tuple_(mine.c.stream, low), at <= tuple_(mine.c.stream, high), event.c.deleted_at.is_(None))
    if unread:
        chosen &= ~_excepted(reader, event)
    ordered = select(event.c.gseq).where(chosen).order_by(event.c.stream.desc(), event.c.gseq.desc())
    return ordered.limit(_LIMIT).correlate_except(event)


def _excepted(reader: _Reader, event: FromClause) -> ColumnElement[bool]:
    """The reader has read this item by itself."""
    exception = inbox_exception.c
    found = exists().where(exception.user_id == reader.user, exception.gseq == event.c.gseq)
    return found.correlate_except(inbox_exception)


def _text(reader: _Reader, mine: FromClause, event: FromClause) -> ColumnElement[str]:
    """The message, while the reader belongs to the audience; who did keeps title and link (promise P5)."""
    place = membership.alias("place")
    belongs = exists().where(place.c.user_id == reader.user, place.c.stream == mine.c.stream, place.c.to_gseq.is_(None))
    return case(
        (mine.c.to_gseq.is_(None), event.c.message), (belongs.correlate_except(place), event.c.message), else_=""
    )


def _columns(source: Any, is_read: ColumnElement[bool], message: ColumnElement[str] | None = None) -> Select[Any]:
    text = source.message if message is None else message.label("message")
    columns = (source.item_id, source.gseq, source.type, source.title, text, source.metadata)
    return select(*columns, source.created_at, is_read.label("is_read"))
