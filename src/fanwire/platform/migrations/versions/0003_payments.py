"""Provider webhooks, the life of a subscription, tips."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _subscriptions()
    _provider()
    _tips()


def _subscriptions() -> None:
    table = "platform_subscription"
    op.add_column(table, sa.Column("state", sa.Text, nullable=False, server_default=sa.text("'active'")))
    op.add_column(table, sa.Column("provider_id", sa.Text))
    op.add_column(table, sa.Column("changed_at", TIME))
    op.create_index("platform_subscription_provider", table, ["provider_id"], unique=True)
    op.create_index("platform_subscription_newest", table, ["user_id", "created_at", "id"])


def _provider() -> None:
    op.create_table(
        "platform_provider_event",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
    )
    op.create_index("platform_provider_event_age", "platform_provider_event", ["received_at"])
    op.create_table(
        "platform_provider_object",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id"),
    )


def _tips() -> None:
    op.create_table(
        "platform_tip",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("payment_id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("creator_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("post_id", sa.Text, sa.ForeignKey("platform_post.id")),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("refunded_at", TIME),
    )
    op.create_index("platform_tip_payment", "platform_tip", ["payment_id"], unique=True)
    op.create_index("platform_tip_received", "platform_tip", ["creator_id", "created_at", "id"])
    op.create_table(
        "platform_earnings",
        sa.Column("creator_id", sa.Text, sa.ForeignKey("platform_user.id"), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("creator_id", "currency"),
    )
