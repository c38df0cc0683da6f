"""The statements that ``load`` reads with: each asks for many rows at once and joins them by an index."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    CompoundSelect,
    FromClause,
    Select,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.selectable import LateralFromClause

from fanwire.inbox.counts import END, number_at
from fanwire.inbox.rowset import NUMBER, TEXT, rowset
from fanwire.store.tables import (
    Big,
    audience_event,
    follow,
    inbox_exception,
    inbox_item,
    membership,
    spent_key,
)

Reading = Select[Any] | CompoundSelect[Any]
_ITEM = ("user_id", "item_id", "gseq", "is_read", "subject", "natural_key", "collapse_key")


@cache
def items_by_key(dialect: str) -> CompoundSelect[Any]:
    return _items(dialect, "natural_key")


@cache
def items_by_id(dialect: str) -> CompoundSelect[Any]:
    return _items(dialect, "item_id")


@cache
def newest_under(dialect: str) -> Select[Any]:
    """The newest item with each collapse key, read or not: no other can be unread."""
    asked = rowset(dialect, "asked", {"user_id": TEXT, "name": TEXT})
    if dialect == "postgresql":
        newest = _newest_under(asked)
        mine = (newest.c.user_id == asked.c.user_id) & (newest.c.collapse_key == asked.c.name)
        return select(newest).select_from(asked.join(newest, mine))
    item, one = inbox_item.c, inbox_item.alias("one")
    named = (one.c.user_id == asked.c.user_id) & (one.c.collapse_key == asked.c.name)
    gseq = select(func.max(one.c.gseq)).where(named).correlate(asked).scalar_subquery()
    mine = (item.user_id == asked.c.user_id) & (item.collapse_key == asked.c.name) & (item.gseq == gseq)
    return select(*_item_columns(item)).join_from(asked, inbox_item, mine)


def _newest_under(asked: FromClause) -> LateralFromClause:
    """Rows are compared for the reason in ``counts.number_at``: another index would be read to its end."""
    one = inbox_item.alias("one").c
    at = tuple_(one.user_id, one.collapse_key, one.gseq)
    below = at <= tuple_(asked.c.user_id, asked.c.name, literal(END, Big))
    found = select(*_item_columns(one)).where(below, one.collapse_key.is_not(None))
    ordered = found.order_by(one.user_id.desc(), one.collapse_key.desc(), one.gseq.desc())
    return ordered.limit(1).correlate(asked).lateral("newest")


def _items(dialect: str, name: str) -> CompoundSelect[Any]:
    """Items by a name of theirs; without an ``item_id`` where the user gets nothing under that name any more."""
    asked = rowset(dialect, "asked", {"user_id": TEXT, "name": TEXT})
    item, spent = inbox_item.c, spent_key.c
    mine = (item.user_id == asked.c.user_id) & (item[name] == asked.c.name)
    gone = (spent.user_id == asked.c.user_id) & (spent.natural_key == asked.c.name)
    found = select(asked.c.name, *_item_columns(item)).join_from(asked, inbox_item, mine)
    nothing = [null().label(name) for name in _ITEM[1:]]
    return union_all(found, select(asked.c.name, spent.user_id, *nothing).join_from(asked, spent_key, gone))


def _item_columns(item: ReadOnlyColumnCollection[str, Column[Any]]) -> list[Column[Any]]:
    return [item[name] for name in _ITEM]


@cache
def replaced(dialect: str) -> Select[Any]:
    """Personal items about the posts, of members of their streams and of the users of the batch."""
    posts = rowset(dialect, "posts", {"subject": TEXT, "stream": TEXT})
    users = rowset(dialect, "users", {"user_id": TEXT})
    member = exists().where(
        membership.c.user_id == inbox_item.c.user_id,
        membership.c.stream == posts.c.stream,
        membership.c.to_gseq.is_(None),
    )
    return (
        select(inbox_item.c.user_id, inbox_item.c.item_id)
        .join_from(posts, inbox_item, inbox_item.c.subject == posts.c.subject)
        .where(or_(member, inbox_item.c.user_id.in_(select(users.c.user_id))))
    )


@cache
def audience_by_key(dialect: str) -> Select[Any]:
    return _audience_items(dialect, "natural_key")


@cache
def audience_by_id(dialect: str) -> Select[Any]:
    return _audience_items(dialect, "item_id")


def _audience_items(dialect: str, name: str) -> Select[Any]:
    event = audience_event.c
    asked = rowset(dialect, "asked", {"name": TEXT})
    columns = (event.item_id, event.stream, event.gseq, event.natural_key, event.deleted_at)
    return select(*columns).join_from(asked, audience_event, event[name] == asked.c.name)


@cache
def heads(dialect: str) -> Select[Any]:
    """The number of each stream's newest item; null before the first."""
    asked = rowset(dialect, "asked", {"stream": TEXT})
    return select(asked.c.stream, number_at(asked.c.stream, literal(END, Big)).label("n"))


@cache
def intervals(dialect: str) -> Select[Any]:
    asked = rowset(dialect, "asked", {"user_id": TEXT, "stream": TEXT})
    mine = (membership.c.user_id == asked.c.user_id) & (membership.c.stream == asked.c.stream)
    return select(membership).join_from(asked, membership, mine).order_by(membership.c.from_gseq)


@cache
def follows(dialect: str) -> Select[Any]:
    asked = rowset(dialect, "asked", {"user_id": TEXT, "stream": TEXT})
    mine = (follow.c.user_id == asked.c.user_id) & (follow.c.stream == asked.c.stream)
    return select(follow).join_from(asked, follow, mine)


@cache
def exceptions(dialect: str) -> Select[Any]:
    asked = rowset(dialect, "asked", {"user_id": TEXT, "gseq": NUMBER})
    mine = (inbox_exception.c.user_id == asked.c.user_id) & (inbox_exception.c.gseq == asked.c.gseq)
    return select(inbox_exception.c.user_id, inbox_exception.c.gseq).join_from(asked, inbox_exception, mine)
