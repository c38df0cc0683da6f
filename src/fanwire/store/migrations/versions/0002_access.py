"""Blocks, revoked tokens, and memberships that end by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ENDING = sa.text("to_gseq IS NULL AND until IS NOT NULL")
_UNHEARD = sa.text("applied IS NULL AND kind IN ('revoke', 'block')")
_SUSPICIOUS = sa.text("kind IN ('block', 'token')")
# What the relay has applied before: all but what still waits in the outbox, or among the dead letters for a retry.
_APPLIED = """
    UPDATE fanwire_access SET applied = 0
    WHERE event_id IS NULL OR (
        NOT EXISTS (SELECT 1 FROM fanwire_outbox o WHERE o.event_id = fanwire_access.event_id)
        AND NOT EXISTS (SELECT 1 FROM fanwire_dead_letter d WHERE d.event_id = fanwire_access.event_id)
    )
"""
# The ends of the open memberships: that of the newest fact of each.
_UNTIL = """
    UPDATE fanwire_membership SET until = (
        SELECT a.until FROM fanwire_access a
        WHERE a.user_id = fanwire_membership.user_id AND a.resource = fanwire_membership.stream
        ORDER BY a.id DESC LIMIT 1
    ) WHERE to_gseq IS NULL
"""


def upgrade() -> None:
    op.add_column("fanwire_membership", sa.Column("until", sa.DateTime(timezone=True)))
    op.create_index(
        "fanwire_membership_ending", "fanwire_membership", ["until"], postgresql_where=_ENDING, sqlite_where=_ENDING
    )
    op.add_column("fanwire_access", sa.Column("applied", BIG))
    op.create_index(
        "fanwire_access_suspicious",
        "fanwire_access",
        ["user_id"],
        postgresql_where=_SUSPICIOUS,
        sqlite_where=_SUSPICIOUS,
    )
    op.create_index(
        "fanwire_access_unheard", "fanwire_access", ["user_id"], postgresql_where=_UNHEARD, sqlite_where=_UNHEARD
    )
    op.execute(_APPLIED)
    op.execute(_UNTIL)
