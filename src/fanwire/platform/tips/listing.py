"""The tips that somebody has received."""

from __future__ import annotations

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import users
from fanwire.platform.cursor import Cursor
from fanwire.platform.tips import earnings, tables
from fanwire.platform.tips.answers import ReceivedTip, TipPage
from fanwire.platform.tips.tip import COLUMNS, Tip

_COLUMNS = tables.tip.c


async def page(connection: AsyncConnection, user_id: str, limit: int, after: Cursor | None) -> TipPage:
    """At most ``limit`` tips, newest first; those that were given back stay in the books."""
    statement = (
        select(*COLUMNS)
        .where(_COLUMNS.creator_id == user_id)
        .order_by(_COLUMNS.created_at.desc(), _COLUMNS.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(_COLUMNS.created_at, _COLUMNS.id) < tuple_(after.at, after.id))
    found = [Tip(*row) for row in await connection.execute(statement)]
    shown = found[:limit]
    givers = await users.people(connection, (tip.user_id for tip in shown))
    return TipPage(
        tips=[ReceivedTip.model_validate({**vars(tip), "user": givers[tip.user_id].person()}) for tip in shown],
        totals=await earnings.of(connection, user_id),
        next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if len(found) > limit else None,
    )
