"""Who gave how much to whom, and what each creator has earned by it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text

from fanwire.platform.tables import UtcTime, metadata

tip = Table(
    "platform_tip",
    metadata,
    Column("id", Text, primary_key=True),
    Column("payment_id", Text, nullable=False),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("creator_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("message", Text),
    Column("post_id", Text, ForeignKey("platform_post.id")),
    Column("created_at", UtcTime, nullable=False),
    Column("refunded_at", UtcTime),
    Index("platform_tip_payment", "payment_id", unique=True),
    Index("platform_tip_received", "creator_id", "created_at", "id"),
)

# One running sum per creator and currency, so that a tip need not add up all those before it.
earnings = Table(
    "platform_earnings",
    metadata,
    Column("creator_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("currency", Text, nullable=False),
    Column("total", BigInteger, nullable=False),
    PrimaryKeyConstraint("creator_id", "currency"),
)
