"""Which events of the provider are known, and how new what we know of each of its objects is."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from fanwire.platform.tables import UtcTime, metadata

# A provider repeats an event until it is answered, for days.
provider_event = Table(
    "platform_provider_event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Index("platform_provider_event_age", "received_at"),
)

# The newest word on each subscription and payment (``order.Moment``); it also stands for what came too early.
provider_object = Table(
    "platform_provider_object",
    metadata,
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("rank", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "id"),
)

# What each payment has paid for (``use.Use``): one thing, across all tables that keep what was bought.
payment_use = Table(
    "platform_payment_use",
    metadata,
    Column("payment_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("returned_at", UtcTime),
)
