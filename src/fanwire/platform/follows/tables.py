"""Who follows whom."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text

from fanwire.platform.tables import UtcTime, metadata

follow = Table(
    "platform_follow",
    metadata,
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("creator_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("user_id", "creator_id"),
    Index("platform_follow_newest", "user_id", "created_at", "creator_id"),
    Index("platform_follow_of_creator", "creator_id", "created_at", "user_id"),
)
