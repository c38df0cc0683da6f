"""Who has blocked whom now; what that closes is in Fanwire's access log."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text

from fanwire.platform.tables import UtcTime, metadata

block = Table(
    "platform_block",
    metadata,
    Column("blocker_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("blocked_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("blocker_id", "blocked_id"),
    Index("platform_block_newest", "blocker_id", "created_at", "blocked_id"),
)
