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
    _auctions()
    _bids()
    _settlement()


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


def _auctions() -> None:
    op.create_table(
        "platform_auction",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("post_id", sa.Text, sa.ForeignKey("platform_post.id"), nullable=False, unique=True),
        sa.Column("seller_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("start_price", sa.BigInteger, nullable=False),
        sa.Column("min_step", sa.BigInteger, nullable=False),
        sa.Column("deposit", sa.BigInteger, nullable=False),
        sa.Column("anti_snipe", sa.Integer, nullable=False),
        sa.Column("max_extensions", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default=sa.text("'active'")),
        sa.Column("extensions", sa.Integer, nullable=False, server_default="0"),
        sa.Column("seq", sa.Integer, nullable=False, server_default="0"),
        sa.Column("price", sa.BigInteger),
        sa.Column("leader_id", sa.Text, sa.ForeignKey("platform_user.id")),
        sa.Column("round", sa.Integer, nullable=False, server_default="0"),
        sa.Column("winner_id", sa.Text, sa.ForeignKey("platform_user.id")),
        sa.Column("payment_due_at", TIME),
        sa.Column("payment_id", sa.Text, unique=True),
        sa.Column("closed_at", TIME),
    )


def _bids() -> None:
    op.create_table(
        "platform_bid",
        sa.Column("auction_id", sa.Text, sa.ForeignKey("platform_auction.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("auction_id", "seq"),
    )


def _settlement() -> None:
    op.create_table(
        "platform_auction_deposit",
        sa.Column("auction_id", sa.Text, sa.ForeignKey("platform_auction.id"), nullable=False),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("payment_id", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False, server_default=sa.text("'held'")),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("settled_at", TIME),
        sa.PrimaryKeyConstraint("auction_id", "user_id"),
    )
    op.create_table(
        "platform_auction_offer",
        sa.Column("auction_id", sa.Text, sa.ForeignKey("platform_auction.id"), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("offered_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("auction_id", "round"),
    )
    op.create_index("platform_auction_offer_once", "platform_auction_offer", ["auction_id", "user_id"], unique=True)
