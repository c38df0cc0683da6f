"""The list as its owner sees it: personal and audience items merged, newest first."""

from __future__ import annotations

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
from fanwire.inbox.rowset import TEXT
from fanwire.store.tables import Big, audience_event, inbox_exception, inbox_item, membership

_USER = bindparam("user", type_=TEXT)
_READ = bindparam("read_gseq", type_=Big)
_CLEAR = bindparam("clear_gseq", type_=Big)
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
    return list(islice(merge(*found, key=lambda one: one.item.gseq, reverse=True), limit))


def _listed(rows: Any) -> list[Listed]:
    return [Listed(_item(row), bool(row.is_read)) for row in rows]


def _item(row: Row[Any]) -> Item:
    return Item(row.item_id, row.gseq, row.type, row.title, row.message, row.metadata, row.created_at)


@cache
def _personal(unread: bool) -> Select[Any]:
    item = inbox_item.c
    listed = (item.user_id == _USER) & (item.gseq > _CLEAR) & (item.gseq <= _UP_TO)
    if unread:
        listed &= NOT_READ & (item.gseq > _READ)
    is_read = or_(item.is_read, item.gseq <= _READ)
    return _columns(item, is_read).where(listed).order_by(item.gseq.desc()).limit(_LIMIT)


@cache
def _audience(dialect: str, unread: bool) -> Select[Any]:
    """Takes the newest of each stream by its index, then the newest of those."""
    mine, event = membership.alias("mine"), audience_event.alias("event")
    excepted = exists().where(inbox_exception.c.user_id == _USER, inbox_exception.c.gseq == event.c.gseq)
    is_read = or_(event.c.gseq <= _READ, excepted)
    low = case((mine.c.from_gseq > _low(unread), mine.c.from_gseq), else_=_low(unread))
    theirs = or_(mine.c.to_gseq.is_(None), mine.c.to_gseq > _low(unread))
    newest_of_stream = _newest_of_stream(mine, low, unread)
    if dialect == "postgresql":
        inner = newest_of_stream.lateral("newest")
        source = mine.join(inner, literal(True)).join(event, event.c.gseq == inner.c.gseq)
    else:
        # SQLite has no LATERAL; it looks each gseq of a correlated IN up by the primary key.
        source = mine.join(event, event.c.gseq.in_(newest_of_stream))
    rows = _columns(event.c, is_read).select_from(source).where(mine.c.user_id == _USER, theirs)
    return rows.order_by(event.c.gseq.desc()).limit(_LIMIT)


def _newest_of_stream(mine: FromClause, low: ColumnElement[int], unread: bool) -> Select[Any]:
    """The newest living items of one interval. Rows are compared for the reason in ``counts.number_at``."""
    event = audience_event.alias("one")
    at = tuple_(event.c.stream, event.c.gseq)
    high = case((mine.c.to_gseq < _UP_TO, mine.c.to_gseq), else_=_UP_TO)
    chosen = and_(at > tuple_(mine.c.stream, low), at <= tuple_(mine.c.stream, high), event.c.deleted_at.is_(None))
    if unread:
        excepted = exists().where(inbox_exception.c.user_id == _USER, inbox_exception.c.gseq == event.c.gseq)
        chosen &= ~excepted
    ordered = select(event.c.gseq).where(chosen).order_by(event.c.stream.desc(), event.c.gseq.desc())
    return ordered.limit(_LIMIT).correlate(mine)


def _low(unread: bool) -> ColumnElement[int]:
    return _READ if unread else _CLEAR


def _columns(source: Any, is_read: ColumnElement[bool]) -> Select[Any]:
    columns = (source.item_id, source.gseq, source.type, source.title, source.message, source.metadata)
    return select(*columns, source.created_at, is_read.label("is_read"))
