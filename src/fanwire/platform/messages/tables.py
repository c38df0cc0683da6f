"""Conversations, who is in them, what was said and what was bought."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from fanwire.platform.tables import UtcTime, metadata

# SQLite numbers only INTEGER primary keys by itself.
_Big = BigInteger().with_variant(Integer(), "sqlite")
_TO_ALL = text("conversation_id IS NULL")

# One per pair, named in the order of their ids. ``last_seq`` is that of the newest message between the two.
conversation = Table(
    "platform_conversation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("low_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("high_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("last_seq", _Big, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("low_id", "high_id", name="platform_conversation_pair"),
)

# How far each of the two has read: everything up to ``read_seq``.
member = Table(
    "platform_conversation_member",
    metadata,
    Column("conversation_id", Text, ForeignKey("platform_conversation.id"), nullable=False),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("peer_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("read_seq", _Big, nullable=False, server_default="0"),
    Column("read_message_id", Text),
    PrimaryKeyConstraint("conversation_id", "user_id"),
    UniqueConstraint("user_id", "peer_id", name="platform_conversation_member_peer"),
)

# Without a conversation it is to all who subscribed to its sender when the access log ended at ``access_end``;
# ``notification_id`` is then the item in their inboxes. ``seq`` is the order that ``order`` keeps.
message = Table(
    "platform_message",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("conversation_id", Text, ForeignKey("platform_conversation.id")),
    Column("sender_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("content", Text, nullable=False),
    Column("price", BigInteger),
    Column("currency", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("access_end", _Big),
    Column("notification_id", Text),
    Index("platform_message_order", "conversation_id", "seq"),
    Index("platform_message_to_all", "sender_id", "seq", postgresql_where=_TO_ALL, sqlite_where=_TO_ALL),
    sqlite_autoincrement=True,
)

purchase = Table(
    "platform_message_purchase",
    metadata,
    Column("message_id", Text, ForeignKey("platform_message.id"), nullable=False),
    Column("user_id", Text, ForeignKey("platform_user.id"), nullable=False),
    Column("payment_id", Text, nullable=False, unique=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("message_id", "user_id"),
)
