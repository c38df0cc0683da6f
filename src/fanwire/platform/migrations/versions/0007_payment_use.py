"""One register of what each payment has paid for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Of a payment that was used twice before there was a register, the first in the alphabet keeps it.
_KNOWN = """
    INSERT INTO platform_payment_use (payment_id, kind)
    SELECT payment_id, min(kind) FROM (
        SELECT id AS payment_id, 'subscription' AS kind FROM platform_payment
        UNION ALL SELECT payment_id, 'purchase' FROM platform_purchase
        UNION ALL SELECT payment_id, 'tip' FROM platform_tip
        UNION ALL SELECT payment_id, 'message' FROM platform_message_purchase
        UNION ALL SELECT payment_id, 'auction' FROM platform_auction WHERE payment_id IS NOT NULL
        UNION ALL SELECT payment_id, 'deposit' FROM platform_auction_deposit
        UNION ALL SELECT id, kind FROM platform_provider_object WHERE kind IN ('purchase', 'tip')
    ) AS known
    GROUP BY payment_id
"""


def upgrade() -> None:
    op.create_table(
        "platform_payment_use",
        sa.Column("payment_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
    )
    op.execute(_KNOWN)
