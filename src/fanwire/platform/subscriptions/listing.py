"""One's own subscriptions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import tables
from fanwire.platform.cursor import Cursor
from fanwire.platform.subscriptions.answers import SubscriptionPage
from fanwire.platform.subscriptions.subscription import COLUMNS, read

_COLUMNS = tables.subscription.c


async def page(
    connection: AsyncConnection, user_id: str, now: datetime, limit: int, after: Cursor | None
) -> SubscriptionPage:
    """At most ``limit`` subscriptions of ``user_id``, newest first, ended ones too."""
    statement = (
        select(*COLUMNS)
        .where(_COLUMNS.user_id == user_id)
        .order_by(_COLUMNS.created_at.desc(), _COLUMNS.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(_COLUMNS.created_at, _COLUMNS.id) < tuple_(after.at, after.id))
    found = [read(row) for row in await connection.execute(statement)]
    shown = found[:limit]
    return SubscriptionPage(
        subscriptions=[each.answer(now) for each in shown],
        next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if len(found) > limit else None,
    )
