"""How far behind the relay is: for metrics, readiness and ``fanwire doctor``."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from fanwire.store.clock import DatabaseTime
from fanwire.store.database import Database
from fanwire.store.tables import dead_letter, frame, outbox


class Backlog(msgspec.Struct, frozen=True):
    """``oldest_age`` is in seconds (0 when nothing waits); ``frames`` are applied and not yet published."""

    pending: int
    oldest_age: float
    frames: int
    dead: int


async def measure(database: Database) -> Backlog:
    """Count what waits. Costs a scan of the waiting rows: ask every few seconds, not per request."""
    counts = [select(func.count()).select_from(table).scalar_subquery() for table in (outbox, frame, dead_letter)]
    oldest = select(func.min(outbox.c.created_at)).scalar_subquery()
    async with database.peek.connect() as connection:
        row = (await connection.execute(select(*counts, oldest, DatabaseTime()))).one()
    pending, frames, dead, since, now = tuple(row)
    age = max(0.0, (now - since).total_seconds()) if since is not None else 0.0
    return Backlog(pending, age, frames, dead)
