"""Collapsing items, withdrawals and followers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("fanwire_inbox_item", sa.Column("collapse_key", sa.Text()))
    collapsing = sa.text("collapse_key IS NOT NULL")
    op.create_index(
        "fanwire_inbox_item_collapse",
        "fanwire_inbox_item",
        ["user_id", "collapse_key", "gseq"],
        postgresql_where=collapsing,
        sqlite_where=collapsing,
    )
    op.create_table(
        "fanwire_spent_key",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("natural_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "natural_key"),
    )
    op.create_table(
        "fanwire_follow",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("from_gseq", BIG, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "stream"),
    )
