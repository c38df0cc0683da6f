"""The ids of the provider's events, each kept longer than the provider repeats it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform.payments.tables import provider_event
from fanwire.platform.rows import insert_new

# Providers repeat for days; a month is beyond any of them, and a few days are to spare.
RETENTION = timedelta(days=35)
SWEEP_LIMIT = 1_000


async def claim(connection: AsyncConnection, event_id: str, kind: str, now: datetime) -> bool:
    """Take an event for this transaction; false if it was here before.

    Of two racing deliveries the second waits here until the first has committed or rolled back.
    """
    return await insert_new(connection, provider_event, {"id": event_id, "kind": kind, "received_at": now})


async def sweep(connection: AsyncConnection, now: datetime) -> int:
    """Forget events older than ``RETENTION``, at most ``SWEEP_LIMIT`` at a time; returns how many."""
    columns = provider_event.c
    old = (
        select(columns.id)
        .where(columns.received_at < now - RETENTION)
        .limit(SWEEP_LIMIT)
        .with_for_update(skip_locked=True)
    )
    return (await connection.execute(delete(provider_event).where(columns.id.in_(old)))).rowcount
