"""The statements that ``load`` reads with: each asks for many rows at once and joins them by an index."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, CompoundSelect, Select, exists, literal, null, or_, select, union_all

from fanwire.inbox.counts import END, NOT_READ, number_at
from fanwire.inbox.rowset import NUMBER, TEXT, rowset
from fanwire.store.tables import (
    Big,
    audience_event,
    follow,
    inbox_exception,
    inbox_item,
    inbox_user,
    membership,
    spent_key,
)

Reading = Select[Any] | CompoundSelect[Any]


@cache
def items_by_key(dialect: str) -> CompoundSelect[Any]:
    return _items(dialect, "natural_key")


@cache
def items_by_id(dialect: str) -> CompoundSelect[Any]:
    return _items(dialect, "item_id")


@cache
def unread_under(dialect: str) -> Select[Any]:
    """The unread items with these collapse keys."""
    asked = rowset(dialect, "asked", {"user_id": TEXT, "name": TEXT})
    mine = (inbox_item.c.user_id == asked.c.user_id) & (inbox_item.c.collapse_key == asked.c.name)
    unread = NOT_READ & (inbox_item.c.gseq > inbox_user.c.read_gseq)
    joined = asked.join(inbox_user, inbox_user.c.user_id == asked.c.user_id).join(inbox_item, mine & unread)
    return select(*_item_columns()).select_from(joined)


def _items(dialect: str, name: str) -> CompoundSelect[Any]:
    """Items by a name of theirs; without an ``item_id`` where the user gets nothing under that name any more."""
    asked = rowset(dialect, "asked", {"user_id": TEXT, "name": TEXT})
    item, spent = inbox_item.c, spent_key.c
    mine = (item.user_id == asked.c.user_id) & (item[name] == asked.c.name)
    gone = (spent.user_id == asked.c.user_id) & (spent.natural_key == asked.c.name)
    found = select(asked.c.name, *_item_columns()).join_from(asked, inbox_item, mine)
    nothing = [null().label(column.key) for column in _item_columns()[1:]]
    return union_all(found, select(asked.c.name, spent.user_id, *nothing).join_from(asked, spent_key, gone))


def _item_columns() -> list[Column[Any]]:
    item = inbox_item.c
    names = (item.user_id, item.item_id, item.gseq, item.is_read, item.subject, item.natural_key, item.collapse_key)
    return list(names)


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
