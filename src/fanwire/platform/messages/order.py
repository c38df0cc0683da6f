"""The order of messages: whoever numbers or counts them keeps step with messages to all.

A conversation's messages are numbered under its lock, so its order is that of the commits. A message to all
belongs to thousands of conversations and locks none of them; this lock stands in for theirs: its sender holds it
alone, everybody else shares it. So a total that was told before a message to all does not hold it, and one that
was told after it does, also by their positions on the wire.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# "messages" in ASCII: nobody else's lock has this number.
_LOCK = {"lock": 0x6D65737361676573}
_SHARED = text("SELECT pg_advisory_xact_lock_shared(:lock)")
_ALONE = text("SELECT pg_advisory_xact_lock(:lock)")


async def join(connection: AsyncConnection) -> None:
    """For one conversation; take it before the message is numbered or counted. Held until the commit."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_SHARED, _LOCK)


async def close(connection: AsyncConnection) -> None:
    """For a message to all. On SQLite there is one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_ALONE, _LOCK)
