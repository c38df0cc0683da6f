"""The list of auctions is read in the order of an index."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("platform_auction_order", "platform_auction", ["ends_at", "id"])
