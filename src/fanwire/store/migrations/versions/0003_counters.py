"""The newest value of every hot counter, and frames of which only the newest leaves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A table, and a column of ``fanwire_frame``."""
    op.create_table(
        "fanwire_counter",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.PrimaryKeyConstraint("channel", "key"),
    )
    op.create_index("fanwire_counter_newest", "fanwire_counter", ["channel", "version"])
    op.add_column("fanwire_frame", sa.Column("conflation_key", sa.Text()))
    keyed = sa.text("conflation_key IS NOT NULL")
    op.create_index(
        "fanwire_frame_conflation",
        "fanwire_frame",
        ["channel", "conflation_key"],
        unique=True,
        postgresql_where=keyed,
        sqlite_where=keyed,
    )
