"""The platform's own tables. Fanwire's live beside them in the same database and are never written from here."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import JSON


class UtcTime(TypeDecorator[datetime]):
    """An aware time. SQLite stores no zone: it goes in as UTC and comes back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()
Json = JSON().with_variant(JSONB(), "postgresql")

user = Table(
    "platform_user",
    metadata,
    Column("id", Text, primary_key=True),
    Column("nickname", Text, nullable=False),
    Column("bio", Text, nullable=False, server_default=text("''")),
    Column("avatar", Text),
    Column("is_creator", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", UtcTime, nullable=False),
)

post = Table(
    "platform_post",
    metadata,
    Column("id", Text, primary_key=True),
    Column("creator_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("images", Json, nullable=False),
    Column("is_locked", Boolean, nullable=False),
    Column("min_subscription_tier", Text),
    Column("price", BigInteger),
    Column("likes_count", Integer, nullable=False, server_default="0"),
    Column("comments_count", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),
    # Of ``price``, which counts minor units; ISO 4217.
    Column("currency", Text, nullable=False, server_default=text("'RUB'")),
    Column("updated_at", UtcTime),
    Index("platform_post_newest", "created_at", "id"),
    Index("platform_post_of_creator", "creator_id", "created_at", "id"),
)

# The key is what makes a second like by the same user no second like.
like = Table(
    "platform_like",
    metadata,
    Column("post_id", Text, ForeignKey("platform_post.id"), nullable=False),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("post_id", "user_id"),
)

# A deleted comment stays as a tombstone without text, so that its replies keep their parent.
comment = Table(
    "platform_comment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("post_id", Text, ForeignKey("platform_post.id"), nullable=False),
    Column("parent_id", Text, ForeignKey("platform_comment.id")),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("content", Text, nullable=False),
    Column("is_anonymous", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),
    Column("likes_count", Integer, nullable=False, server_default="0"),
    Index("platform_comment_order", "post_id", "created_at", "id"),
)

comment_like = Table(
    "platform_comment_like",
    metadata,
    Column("comment_id", Text, ForeignKey("platform_comment.id"), nullable=False),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("comment_id", "user_id"),
)

# One row per pair. ``id`` changes when somebody comes back after a lapse: that is a new subscription. ``state`` is
# one of ``subscriptions.lifecycle.State``; ``provider_id`` is the payment provider's name for it, and ``changed_at``
# the last time that a person changed it here, which older words of the provider do not undo.
subscription = Table(
    "platform_subscription",
    metadata,
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("creator_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("tier", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("valid_until", UtcTime, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'active'")),
    Column("provider_id", Text),
    Column("changed_at", UtcTime),
    PrimaryKeyConstraint("user_id", "creator_id"),
    Index("platform_subscription_provider", "provider_id", unique=True),
    Index("platform_subscription_newest", "user_id", "created_at", "id"),
    Index("platform_subscription_of_creator", "creator_id", "created_at", "id"),
)

# What one payment bought: the same payment id again buys nothing again.
payment = Table(
    "platform_payment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("creator_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("tier", Text, nullable=False),
    Column("subscription_id", Text, nullable=False),
    Column("subscribed_at", UtcTime, nullable=False),
    Column("valid_until", UtcTime, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

# The first answer to each Idempotency-Key, written in the same transaction as what it did.
idempotency = Table(
    "platform_idempotency",
    metadata,
    Column("user_id", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer),
    Column("body", Text),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("user_id", "method", "path", "key"),
    Index("platform_idempotency_age", "created_at"),
)
