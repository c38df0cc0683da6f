"""Purchases, followers, likes of comments, edited posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _posts()
    _comment_likes()
    _purchases()
    _follows()


def _posts() -> None:
    currency = sa.Column("currency", sa.Text, nullable=False, server_default=sa.text("'RUB'"))
    op.add_column("platform_post", currency)
    op.add_column("platform_post", sa.Column("updated_at", TIME))


def _comment_likes() -> None:
    op.add_column("platform_comment", sa.Column("likes_count", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "platform_comment_like",
        sa.Column("comment_id", sa.Text, sa.ForeignKey("platform_comment.id"), nullable=False),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "user_id"),
    )


def _purchases() -> None:
    op.create_table(
        "platform_purchase",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("payment_id", sa.Text, nullable=False, unique=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("post_id", sa.Text, sa.ForeignKey("platform_post.id"), nullable=False),
        sa.Column("creator_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("refunded_at", TIME),
    )
    held = sa.text("refunded_at IS NULL")
    op.create_index(
        "platform_purchase_held",
        "platform_purchase",
        ["user_id", "post_id"],
        unique=True,
        postgresql_where=held,
        sqlite_where=held,
    )


def _follows() -> None:
    op.create_table(
        "platform_follow",
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("creator_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "creator_id"),
    )
    op.create_index("platform_follow_newest", "platform_follow", ["user_id", "created_at", "creator_id"])
