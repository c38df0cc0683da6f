"""Sales, and who has redeemed them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

from fanwire.platform.tables import UtcTime, metadata

# Either ``tier`` or ``post_id`` is set. ``redeemed`` equals the rows of ``redemption`` at every moment. ``started_at``
# and ``ended_at`` are when that was told; nothing is redeemed after the end was told.
sale = Table(
    "platform_flash_sale",
    metadata,
    Column("id", Text, primary_key=True),
    Column("creator_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("post_id", Text, ForeignKey("platform_post.id")),
    Column("tier", Text),
    Column("percent", Integer, nullable=False),
    Column("price", BigInteger),
    Column("currency", Text),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("max_redemptions", Integer, nullable=False),
    Column("redeemed", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Index("platform_flash_sale_end", "ends_at", "id"),
    Index("platform_flash_sale_of_creator", "creator_id", "ends_at", "id"),
)

# The key is what makes a second redemption by the same user no second one. A released one is deleted.
redemption = Table(
    "platform_flash_redemption",
    metadata,
    Column("sale_id", Text, ForeignKey("platform_flash_sale.id"), nullable=False),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("paid_at", UtcTime),
    Column("payment_id", Text, unique=True),
    PrimaryKeyConstraint("sale_id", "user_id"),
)
