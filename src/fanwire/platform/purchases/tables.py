"""Who bought which post, by which payment."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, text

from fanwire.platform.tables import UtcTime, metadata

_HELD = text("refunded_at IS NULL")

# A post is held once by a user; after a refund it can be bought again, by another payment.
purchase = Table(
    "platform_purchase",
    metadata,
    Column("id", Text, primary_key=True),
    Column("payment_id", Text, nullable=False, unique=True),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("post_id", Text, ForeignKey("platform_post.id"), nullable=False),
    Column("creator_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("refunded_at", UtcTime),
    Index("platform_purchase_held", "user_id", "post_id", unique=True, postgresql_where=_HELD, sqlite_where=_HELD),
)
