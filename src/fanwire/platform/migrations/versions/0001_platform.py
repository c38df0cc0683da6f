"""Users, posts, likes, comments, subscriptions, payments and idempotency keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _users()
    _posts()
    _likes()
    _comments()
    _subscriptions()
    _payments()
    _idempotency()


def _users() -> None:
    op.create_table(
        "platform_user",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("nickname", sa.Text, nullable=False),
        sa.Column("bio", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("avatar", sa.Text),
        sa.Column("is_creator", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("created_at", TIME, nullable=False),
    )


def _posts() -> None:
    op.create_table(
        "platform_post",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("creator_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("images", JSON, nullable=False),
        sa.Column("is_locked", sa.Boolean, nullable=False),
        sa.Column("min_subscription_tier", sa.Text),
        sa.Column("price", sa.BigInteger),
        sa.Column("likes_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("comments_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME),
    )
    op.create_index("platform_post_newest", "platform_post", ["created_at", "id"])
    op.create_index("platform_post_of_creator", "platform_post", ["creator_id", "created_at", "id"])


def _likes() -> None:
    op.create_table(
        "platform_like",
        sa.Column("post_id", sa.Text, sa.ForeignKey("platform_post.id"), nullable=False),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("post_id", "user_id"),
    )


def _comments() -> None:
    op.create_table(
        "platform_comment",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("post_id", sa.Text, sa.ForeignKey("platform_post.id"), nullable=False),
        sa.Column("parent_id", sa.Text, sa.ForeignKey("platform_comment.id")),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("is_anonymous", sa.Boolean, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME),
    )
    op.create_index("platform_comment_order", "platform_comment", ["post_id", "created_at", "id"])


def _subscriptions() -> None:
    op.create_table(
        "platform_subscription",
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("creator_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "creator_id"),
    )


def _payments() -> None:
    op.create_table(
        "platform_payment",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("creator_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("subscription_id", sa.Text, nullable=False),
        sa.Column("subscribed_at", TIME, nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )


def _idempotency() -> None:
    op.create_table(
        "platform_idempotency",
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("body", sa.Text),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "method", "path", "key"),
    )
    op.create_index("platform_idempotency_age", "platform_idempotency", ["created_at"])
