"""The sales that run or are planned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform.cursor import Cursor
from fanwire.platform.flash_sales import tables
from fanwire.platform.flash_sales.answers import SalePage
from fanwire.platform.flash_sales.requests import SaleStatus
from fanwire.platform.flash_sales.sale import FIELDS, Sale

_COLUMNS = tables.sale.c


async def page(
    connection: AsyncConnection,
    now: datetime,
    limit: int,
    after: Cursor | None,
    *,
    creator_id: str | None = None,
    status: SaleStatus | None = None,
) -> SalePage:
    """At most ``limit`` sales that have not ended, the one that ends first first."""
    statement = (
        select(*FIELDS)
        .where(_COLUMNS.ends_at > now, _COLUMNS.ended_at.is_(None))
        .order_by(_COLUMNS.ends_at, _COLUMNS.id)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(_COLUMNS.ends_at, _COLUMNS.id) > tuple_(after.at, after.id))
    if creator_id is not None:
        statement = statement.where(_COLUMNS.creator_id == creator_id)
    found = [Sale(**row._mapping) for row in await connection.execute(_of_status(statement, status, now))]
    shown = found[:limit]
    return SalePage(
        sales=[sale.answer(now) for sale in shown],
        next_cursor=Cursor(shown[-1].ends_at, shown[-1].id).encode() if len(found) > limit else None,
    )


def _of_status(statement: Select[Any], status: SaleStatus | None, now: datetime) -> Select[Any]:
    if status == "active":
        return statement.where(_COLUMNS.starts_at <= now)
    if status == "upcoming":
        return statement.where(_COLUMNS.starts_at > now)
    return statement
