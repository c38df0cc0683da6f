"""Rows that could not be applied: kept whole, with their error, until somebody retries or drops them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, func, insert, literal, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.store import wakeup
from fanwire.store.arrays import among
from fanwire.store.clock import DatabaseTime
from fanwire.store.database import Database
from fanwire.store.raw import as_text
from fanwire.store.tables import Time, dead_letter, outbox

# Enough for a pydantic report on one row; a broken row must not fill the disk.
MAX_ERROR = 4_000
_KEPT = ("version", "event_id", "function", "payload", "ordering_key", "traceparent")


class DeadLetter(msgspec.Struct, frozen=True):
    """``payload`` and ``created_at`` are the stored text, as the writer left it: it may be no JSON, and no time."""

    id: int
    event_id: str
    function: str
    payload: str
    error: str
    created_at: str
    failed_at: datetime


async def bury(connection: AsyncConnection, row_id: int, error: str) -> None:
    """Move one outbox row to the dead letters, in the caller's transaction."""
    copied = ["id", *_KEPT, "created_at"]
    reason = literal(error.replace("\0", "\\0")[:MAX_ERROR])
    source = select(*(outbox.c[name] for name in copied), reason, type_coerce(DatabaseTime(), Time))
    moved = insert(dead_letter).from_select([*copied, "error", "failed_at"], source.where(outbox.c.id == row_id))
    await connection.execute(moved)
    await connection.execute(delete(outbox).where(outbox.c.id == row_id))


class DeadLetters:
    """What ``fanwire outbox`` lists, retries and drops."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, *, limit: int = 100, after: int = 0) -> list[DeadLetter]:
        """The oldest dead letters with an id above ``after``."""
        column = dead_letter.c
        raw = [as_text(c, self._database.dialect) for c in (column.payload, column.created_at)]
        query = select(column.id, column.event_id, column.function, raw[0], column.error, raw[1], column.failed_at)
        async with self._database.read.connect() as connection:
            rows = await connection.execute(query.where(column.id > after).order_by(column.id).limit(limit))
            return [DeadLetter(*row) for row in rows]

    async def count(self) -> int:
        """How many there are."""
        async with self._database.read.connect() as connection:
            return int(await connection.scalar(select(func.count()).select_from(dead_letter)) or 0)

    async def retry(self, ids: Sequence[int]) -> int:
        """Put rows back at the end of the outbox, in the order of ``ids`` as stored; returns how many were there."""
        async with self._database.write.begin() as connection:
            chosen = among(connection, dead_letter.c.id, ids)
            source = select(*(dead_letter.c[name] for name in (*_KEPT, "created_at"))).where(chosen)
            back = insert(outbox).from_select([*_KEPT, "created_at"], source.order_by(dead_letter.c.id))
            await connection.execute(back)
            removed = await connection.execute(delete(dead_letter).where(chosen))
            wakeup.announce(connection)
            return removed.rowcount

    async def drop(self, ids: Sequence[int]) -> int:
        """Forget rows for good; returns how many were there."""
        async with self._database.write.begin() as connection:
            removed = await connection.execute(delete(dead_letter).where(among(connection, dead_letter.c.id, ids)))
            return removed.rowcount
