"""The database's own clock: the one time that all processes share, for what is decided to the second."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

# Reads the time of the database behind a connection; tests put one that they move by hand in its place.
ReadTime = Callable[[AsyncConnection], Awaitable[datetime]]


async def server_time(connection: AsyncConnection) -> datetime:
    """Now, as the database has it: not the start of the transaction, so that a wait for a lock counts."""
    if connection.dialect.name == "postgresql":
        moment: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        return moment.astimezone(UTC)
    text = (await connection.execute(select(func.strftime("%Y-%m-%d %H:%M:%f", "now")))).scalar_one()
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
