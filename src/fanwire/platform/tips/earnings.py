"""The running sum of a creator's tips, per currency."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform.tips.answers import Earned
from fanwire.platform.tips.tables import earnings

_COLUMNS = earnings.c


async def add(connection: AsyncConnection, creator_id: str, currency: str, amount: int) -> int:
    """Add ``amount`` minor units (below zero: given back) and return the new sum."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(earnings).values(creator_id=creator_id, currency=currency, total=amount)
    upsert = statement.on_conflict_do_update(
        index_elements=[_COLUMNS.creator_id, _COLUMNS.currency], set_={"total": _COLUMNS.total + amount}
    )
    return int((await connection.execute(upsert.returning(_COLUMNS.total))).scalar_one())


async def of(connection: AsyncConnection, creator_id: str) -> list[Earned]:
    """All sums of a creator, by currency."""
    statement = (
        select(_COLUMNS.currency, _COLUMNS.total).where(_COLUMNS.creator_id == creator_id).order_by(_COLUMNS.currency)
    )
    return [Earned(currency=currency, amount=total) for currency, total in await connection.execute(statement)]
