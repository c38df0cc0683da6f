"""The first schema: outbox, relay, inbox and access.

Spelled out, not taken from ``fanwire.store.tables``: a migration must make the same schema for ever.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for make in (
        _outbox,
        _frame,
        _dead_letter,
        _relay_lease,
        _inbox_user,
        _inbox_item,
        _audience_event,
        _membership,
        _inbox_exception,
        _access,
    ):
        make()
    # The relay's lease and the global order live in this one row.
    op.execute("INSERT INTO fanwire_relay_lease (name) VALUES ('relay')")
    if _postgres():
        # Rows of any client then carry the transaction that wrote them.
        op.execute("ALTER TABLE fanwire_access ALTER COLUMN xid SET DEFAULT pg_current_xact_id()::text::bigint")


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _now() -> sa.TextClause:
    return sa.text("now()" if _postgres() else "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')")


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def _outbox() -> None:
    op.create_table(
        "fanwire_outbox",
        sa.Column("id", BIG, sa.Identity(), primary_key=True),
        sa.Column("version", sa.SmallInteger(), nullable=False, server_default="1"),
        sa.Column("event_id", sa.Text(), nullable=False, unique=True),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("ordering_key", sa.Text()),
        sa.Column("traceparent", sa.Text()),
        sa.Column("created_at", TIME, nullable=False, server_default=_now()),
        sqlite_autoincrement=True,
    )


def _frame() -> None:
    op.create_table(
        "fanwire_frame",
        sa.Column("id", BIG, sa.Identity(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("version", BIG, nullable=False, server_default="0"),
        sa.Column("skip_history", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("created_at", TIME, nullable=False, server_default=_now()),
        sqlite_autoincrement=True,
    )


def _dead_letter() -> None:
    op.create_table(
        "fanwire_dead_letter",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("ordering_key", sa.Text()),
        sa.Column("traceparent", sa.Text()),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failed_at", TIME, nullable=False),
    )


def _relay_lease() -> None:
    op.create_table(
        "fanwire_relay_lease",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False, server_default=""),
        sa.Column("token", BIG, nullable=False, server_default="0"),
        sa.Column("expires_at", TIME),
        sa.Column("gseq", BIG, nullable=False, server_default="0"),
    )


def _inbox_user() -> None:
    op.create_table(
        "fanwire_inbox_user",
        sa.Column("user_id", sa.Text(), primary_key=True),
        sa.Column("version", BIG, nullable=False, server_default="0"),
        sa.Column("unread", BIG, nullable=False, server_default="0"),
        sa.Column("read_gseq", BIG, nullable=False, server_default="0"),
        sa.Column("clear_gseq", BIG, nullable=False, server_default="0"),
    )


def _inbox_item() -> None:
    op.create_table(
        "fanwire_inbox_item",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("gseq", BIG, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("metadata", JSON, nullable=False),
        sa.Column("natural_key", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("is_read", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "item_id"),
    )
    op.create_index("fanwire_inbox_item_key", "fanwire_inbox_item", ["user_id", "natural_key"], unique=True)
    op.create_index("fanwire_inbox_item_order", "fanwire_inbox_item", ["user_id", "gseq"])
    op.create_index(
        "fanwire_inbox_item_subject", "fanwire_inbox_item", ["subject", "user_id"], **_where("subject IS NOT NULL")
    )
    op.create_index("fanwire_inbox_item_unread", "fanwire_inbox_item", ["user_id", "gseq"], **_where("NOT is_read"))


def _audience_event() -> None:
    op.create_table(
        "fanwire_audience_event",
        sa.Column("gseq", BIG, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("n", BIG, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False, unique=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("metadata", JSON, nullable=False),
        sa.Column("natural_key", sa.Text()),
        sa.Column("deleted_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index(
        "fanwire_audience_event_hole", "fanwire_audience_event", ["stream", "gseq"], **_where("deleted_at IS NOT NULL")
    )
    op.create_index("fanwire_audience_event_key", "fanwire_audience_event", ["natural_key", "stream"], unique=True)
    op.create_index("fanwire_audience_event_n", "fanwire_audience_event", ["n", "stream"], unique=True)
    op.create_index("fanwire_audience_event_order", "fanwire_audience_event", ["stream", "gseq"])


def _membership() -> None:
    op.create_table(
        "fanwire_membership",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("from_gseq", BIG, nullable=False),
        sa.Column("to_gseq", BIG),
        sa.PrimaryKeyConstraint("user_id", "stream", "from_gseq"),
    )
    op.create_index(
        "fanwire_membership_open", "fanwire_membership", ["user_id", "stream"], unique=True, **_where("to_gseq IS NULL")
    )
    op.create_index("fanwire_membership_stream", "fanwire_membership", ["stream", "user_id"])


def _inbox_exception() -> None:
    op.create_table(
        "fanwire_inbox_exception",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("gseq", BIG, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "gseq"),
    )


def _access() -> None:
    op.create_table(
        "fanwire_access",
        sa.Column("id", BIG, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text()),
        sa.Column("until", TIME),
        sa.Column("reason", sa.Text()),
        sa.Column("xid", BIG),
        sa.Column("created_at", TIME, nullable=False, server_default=_now()),
        sa.Column("event_id", sa.Text(), unique=True),
    )
    op.create_index("fanwire_access_fact", "fanwire_access", ["user_id", "resource", "id"])
    op.create_index("fanwire_access_xid", "fanwire_access", ["xid"])
