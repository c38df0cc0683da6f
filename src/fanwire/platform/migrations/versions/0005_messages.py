"""Conversations, messages, blocks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TO_ALL = sa.text("conversation_id IS NULL")


def upgrade() -> None:
    _conversations()
    _members()
    _messages()
    _purchases()
    _blocks()


def _user(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, sa.ForeignKey("platform_user.id"), nullable=False)


def _conversations() -> None:
    op.create_table(
        "platform_conversation",
        sa.Column("id", sa.Text, primary_key=True),
        _user("low_id"),
        _user("high_id"),
        sa.Column("last_seq", BIG, nullable=False, server_default="0"),
        sa.Column("created_at", TIME, nullable=False),
        sa.UniqueConstraint("low_id", "high_id", name="platform_conversation_pair"),
    )


def _members() -> None:
    op.create_table(
        "platform_conversation_member",
        sa.Column("conversation_id", sa.Text, sa.ForeignKey("platform_conversation.id"), nullable=False),
        _user("user_id"),
        _user("peer_id"),
        sa.Column("read_seq", BIG, nullable=False, server_default="0"),
        sa.Column("read_message_id", sa.Text),
        sa.PrimaryKeyConstraint("conversation_id", "user_id"),
        sa.UniqueConstraint("user_id", "peer_id", name="platform_conversation_member_peer"),
    )


def _messages() -> None:
    op.create_table(
        "platform_message",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("conversation_id", sa.Text, sa.ForeignKey("platform_conversation.id")),
        _user("sender_id"),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("price", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("access_end", BIG),
        sa.Column("notification_id", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("platform_message_order", "platform_message", ["conversation_id", "seq"])
    op.create_index(
        "platform_message_to_all",
        "platform_message",
        ["sender_id", "seq"],
        postgresql_where=TO_ALL,
        sqlite_where=TO_ALL,
    )


def _purchases() -> None:
    op.create_table(
        "platform_message_purchase",
        sa.Column("message_id", sa.Text, sa.ForeignKey("platform_message.id"), nullable=False),
        _user("user_id"),
        sa.Column("payment_id", sa.Text, nullable=False, unique=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "user_id"),
    )


def _blocks() -> None:
    op.create_table(
        "platform_block",
        _user("blocker_id"),
        _user("blocked_id"),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id"),
    )
    op.create_index("platform_block_newest", "platform_block", ["blocker_id", "created_at", "blocked_id"])
