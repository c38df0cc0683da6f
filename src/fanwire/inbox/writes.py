"""The statements that ``save`` and the acts write with: each takes all rows of one kind at once."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Delete, FromClause, Insert, Table, Update, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from fanwire.inbox.rowset import DOCUMENT, FLAG, MOMENT, NUMBER, TEXT, Columns, rowset, value
from fanwire.store.tables import (
    audience_event,
    follow,
    inbox_exception,
    inbox_item,
    inbox_user,
    membership,
    spent_key,
)

_CONTENT: Columns = {
    "item_id": TEXT,
    "gseq": NUMBER,
    "type": TEXT,
    "title": TEXT,
    "message": TEXT,
    "metadata": DOCUMENT,
    "created_at": MOMENT,
}


@cache
def insert_items(dialect: str) -> Insert:
    own: Columns = {"user_id": TEXT, "natural_key": TEXT, "collapse_key": TEXT, "subject": TEXT, "is_read": FLAG}
    return _insert(dialect, inbox_item, {**own, **_CONTENT})


@cache
def delete_items(dialect: str) -> Delete:
    rows = _rows(dialect, {"user_id": TEXT, "item_id": TEXT})
    these = select(rows.c.user_id, rows.c.item_id)
    return delete(inbox_item).where(tuple_(inbox_item.c.user_id, inbox_item.c.item_id).in_(these))


@cache
def mark_items(dialect: str) -> Update:
    rows = _rows(dialect, {"user_id": TEXT, "item_id": TEXT})
    these = (inbox_item.c.user_id == rows.c.user_id) & (inbox_item.c.item_id == rows.c.item_id)
    return update(inbox_item).values(is_read=True).where(these)


@cache
def insert_spent_keys(dialect: str) -> Insert:
    rows = _rows(dialect, {"user_id": TEXT, "natural_key": TEXT})
    # SQLite reads ON CONFLICT after a SELECT without WHERE as the ON of a join.
    found = select(rows).where(rows.c.user_id.is_not(None))
    inserting = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return inserting(spent_key).from_select(["user_id", "natural_key"], found).on_conflict_do_nothing()


@cache
def insert_audience_items(dialect: str) -> Insert:
    return _insert(dialect, audience_event, {"stream": TEXT, "n": NUMBER, "natural_key": TEXT, **_CONTENT})


@cache
def dig_holes(dialect: str) -> Update:
    rows = _rows(dialect, {"gseq": NUMBER, "deleted_at": MOMENT})
    deleted_at = value(dialect, rows, "deleted_at", MOMENT)
    return update(audience_event).values(deleted_at=deleted_at).where(audience_event.c.gseq == rows.c.gseq)


@cache
def insert_exceptions(dialect: str) -> Insert:
    return _insert(dialect, inbox_exception, {"user_id": TEXT, "gseq": NUMBER, "stream": TEXT, "state": TEXT})


@cache
def forget_exceptions(dialect: str) -> Delete:
    """Those at or below the watermark say nothing any more."""
    rows = _rows(dialect, {"user_id": TEXT, "gseq": NUMBER})
    below = (inbox_exception.c.user_id == rows.c.user_id) & (inbox_exception.c.gseq <= rows.c.gseq)
    return delete(inbox_exception).where(select(rows).where(below).exists())


@cache
def open_intervals(dialect: str) -> Insert:
    return _insert(dialect, membership, {"user_id": TEXT, "stream": TEXT, "from_gseq": NUMBER, "to_gseq": NUMBER})


@cache
def close_intervals(dialect: str) -> Update:
    rows = _rows(dialect, {"user_id": TEXT, "stream": TEXT, "from_gseq": NUMBER, "to_gseq": NUMBER})
    return (
        update(membership)
        .values(to_gseq=rows.c.to_gseq)
        .where(
            membership.c.user_id == rows.c.user_id,
            membership.c.stream == rows.c.stream,
            membership.c.from_gseq == rows.c.from_gseq,
        )
    )


@cache
def insert_follows(dialect: str) -> Insert:
    return _insert(dialect, follow, {"user_id": TEXT, "stream": TEXT, "from_gseq": NUMBER})


@cache
def delete_follows(dialect: str) -> Delete:
    rows = _rows(dialect, {"user_id": TEXT, "stream": TEXT})
    these = select(rows.c.user_id, rows.c.stream)
    return delete(follow).where(tuple_(follow.c.user_id, follow.c.stream).in_(these))


@cache
def update_readers(dialect: str) -> Update:
    numbers = ("version", "unread", "read_gseq", "clear_gseq")
    rows = _rows(dialect, {"user_id": TEXT, **dict.fromkeys(numbers, NUMBER)})
    moved = {name: rows.c[name] for name in numbers}
    return update(inbox_user).values(moved).where(inbox_user.c.user_id == rows.c.user_id)


def _rows(dialect: str, columns: Columns) -> FromClause:
    return rowset(dialect, "rows", columns)


def _insert(dialect: str, table: Table, columns: Columns) -> Insert:
    rows = _rows(dialect, columns)
    values = [value(dialect, rows, name, kind) for name, kind in columns.items()]
    return insert(table).from_select(list(columns), select(*values))
