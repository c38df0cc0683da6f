"""The statements that ``load`` reads with: each asks for many rows at once and joins them by an index."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, exists, literal, or_, select

from fanwire.inbox.counts import END, number_at
from fanwire.inbox.rowset import NUMBER, TEXT, rowset
from fanwire.store.tables import Big, audience_event, inbox_exception, inbox_item, membership


@cache
def known_keys(dialect: str) -> Select[Any]:
    asked = rowset(dialect, "asked", {"user_id": TEXT, "natural_key": TEXT})
    mine = (inbox_item.c.user_id == asked.c.user_id) & (inbox_item.c.natural_key == asked.c.natural_key)
    return select(asked.c.user_id, asked.c.natural_key).join_from(asked, inbox_item, mine)


@cache
def items(dialect: str) -> Select[Any]:
    item = inbox_item.c
    asked = rowset(dialect, "asked", {"user_id": TEXT, "item_id": TEXT})
    mine = (item.user_id == asked.c.user_id) & (item.item_id == asked.c.item_id)
    columns = (item.user_id, item.item_id, item.gseq, item.is_read, item.subject)
    return select(*columns).join_from(asked, inbox_item, mine)


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
def exceptions(dialect: str) -> Select[Any]:
    asked = rowset(dialect, "asked", {"user_id": TEXT, "gseq": NUMBER})
    mine = (inbox_exception.c.user_id == asked.c.user_id) & (inbox_exception.c.gseq == asked.c.gseq)
    return select(inbox_exception.c.user_id, inbox_exception.c.gseq).join_from(asked, inbox_exception, mine)
