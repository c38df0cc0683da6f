"""A creator's subscribers and followers are found by index."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("platform_subscription_of_creator", "platform_subscription", ["creator_id", "created_at", "id"])
    op.create_index("platform_follow_of_creator", "platform_follow", ["creator_id", "created_at", "user_id"])
