"""Durable timers, flash sales, auctions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _timers()
    _flash_sales()


def _timers() -> None:
    op.create_table(
        "platform_timer",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("try_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
    )
    op.create_index("platform_timer_next", "platform_timer", ["try_at", "id"])
    op.create_index("platform_timer_of_subject", "platform_timer", ["kind", "subject"])


def _flash_sales() -> None:
    op.create_table(
        "platform_flash_sale",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("creator_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("post_id", sa.Text, sa.ForeignKey("platform_post.id")),
        sa.Column("tier", sa.Text),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("price", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("max_redemptions", sa.Integer, nullable=False),
        sa.Column("redeemed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("ended_at", TIME),
    )
    op.create_index("platform_flash_sale_end", "platform_flash_sale", ["ends_at", "id"])
    op.create_index("platform_flash_sale_of_creator", "platform_flash_sale", ["creator_id", "ends_at", "id"])
    op.create_table(
        "platform_flash_redemption",
        sa.Column("sale_id", sa.Text, sa.ForeignKey("platform_flash_sale.id"), nullable=False),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("paid_at", TIME),
        sa.Column("payment_id", sa.Text, unique=True),
        sa.PrimaryKeyConstraint("sale_id", "user_id"),
    )
