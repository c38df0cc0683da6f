"""The table of timers that have not fired yet."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from fanwire.platform.tables import UtcTime, metadata

# ``due_at`` is the time it was set for; ``try_at`` is later where a handler failed. No key over kind and subject:
# setting a timer must never wait for one that is being handled.
timer = Table(
    "platform_timer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("try_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Index("platform_timer_next", "try_at", "id"),
    Index("platform_timer_of_subject", "kind", "subject"),
)
