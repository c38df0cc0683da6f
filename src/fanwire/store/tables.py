"""Every table of Fanwire, as SQLAlchemy Core: the migrations make them, all rooms share them.

``fanwire_outbox`` is a public, versioned contract: any SQL client may insert a row in its own transaction
(docs/reference/outbox). ``fanwire_access`` is an append-only log: the newest row of a (user, resource) is the
fact, and the log is what nodes tail.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import JSON, TypeDecorator

metadata = MetaData()

# SQLite numbers only INTEGER primary keys by itself.
Big = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware datetimes in UTC out; SQLite, which keeps no zone, holds them as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; pass an aware datetime")
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value if value is None else value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


Time = UtcTime()


class CurrentTime(FunctionElement[datetime]):
    """The database's time as a column default: with microseconds, which SQLite's CURRENT_TIMESTAMP has not."""

    type = Time
    inherit_cache = True


@compiles(CurrentTime)
def _current_time(_element: CurrentTime, _compiler: Any, **_options: Any) -> str:
    return "now()"


@compiles(CurrentTime, "sqlite")
def _current_time_sqlite(_element: CurrentTime, _compiler: Any, **_options: Any) -> str:
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


outbox = Table(
    "fanwire_outbox",
    metadata,
    Column("id", Big, Identity(), primary_key=True),
    Column("version", SmallInteger, nullable=False, server_default="1"),
    Column("event_id", Text, nullable=False, unique=True),
    Column("function", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("ordering_key", Text),
    Column("traceparent", Text),
    Column("created_at", Time, nullable=False, server_default=CurrentTime()),
    sqlite_autoincrement=True,  # else SQLite gives the id of a deleted row again
)

# What the relay has applied and not yet published. ``key`` is the broker's idempotency key. Of frames with a
# ``conflation_key`` only the newest of each channel is kept.
frame = Table(
    "fanwire_frame",
    metadata,
    Column("id", Big, Identity(), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("event_id", Text, nullable=False),
    Column("target", Text, nullable=False),  # channel | audience | control
    Column("channel", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("version", Big, nullable=False, server_default="0"),
    Column("skip_history", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Time, nullable=False, server_default=CurrentTime()),
    Column("conflation_key", Text),
    sqlite_autoincrement=True,
)
Index(
    "fanwire_frame_conflation",
    frame.c.channel,
    frame.c.conflation_key,
    unique=True,
    postgresql_where=frame.c.conflation_key.is_not(None),
    sqlite_where=frame.c.conflation_key.is_not(None),
)

# The newest value of each hot counter of a channel; ``version`` is the gseq of the event that said it.
counter = Table(
    "fanwire_counter",
    metadata,
    Column("channel", Text, nullable=False),
    Column("key", Text, nullable=False),  # likes | comments | likes:{commentId}
    Column("value", Big, nullable=False),
    Column("version", Big, nullable=False),
    PrimaryKeyConstraint("channel", "key"),
    Index("fanwire_counter_newest", "channel", "version"),
)

dead_letter = Table(
    "fanwire_dead_letter",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("version", SmallInteger, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("function", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("ordering_key", Text),
    Column("traceparent", Text),
    Column("created_at", Time, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed_at", Time, nullable=False),
)

# One row, 'relay'. ``token`` fences, ``gseq`` is the global order: both move in the apply transaction.
relay_lease = Table(
    "fanwire_relay_lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False, server_default=""),
    Column("token", Big, nullable=False, server_default="0"),
    Column("expires_at", Time),
    Column("gseq", Big, nullable=False, server_default="0"),
)

# ``version`` goes up by one with each personal frame; ``unread`` counts personal items only.
inbox_user = Table(
    "fanwire_inbox_user",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("version", Big, nullable=False, server_default="0"),
    Column("unread", Big, nullable=False, server_default="0"),
    Column("read_gseq", Big, nullable=False, server_default="0"),
    Column("clear_gseq", Big, nullable=False, server_default="0"),
)

# A personal item is unread iff not is_read and gseq > inbox_user.read_gseq; listed iff gseq > clear_gseq.
inbox_item = Table(
    "fanwire_inbox_item",
    metadata,
    Column("user_id", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("gseq", Big, nullable=False),
    Column("type", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("metadata", Json, nullable=False),
    Column("natural_key", Text),
    Column("subject", Text),  # the post of a NEW_POST_FROM_SUBSCRIPTION: its audience item takes its place
    Column("is_read", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Time, nullable=False),
    Column("collapse_key", Text),  # the next item with it takes the place of this one while this one is unread
    PrimaryKeyConstraint("user_id", "item_id"),
    Index("fanwire_inbox_item_order", "user_id", "gseq"),
    Index("fanwire_inbox_item_key", "user_id", "natural_key", unique=True),
)
Index(
    "fanwire_inbox_item_unread",
    inbox_item.c.user_id,
    inbox_item.c.gseq,
    postgresql_where=~inbox_item.c.is_read,
    sqlite_where=~inbox_item.c.is_read,
)

Index(
    "fanwire_inbox_item_subject",
    inbox_item.c.subject,
    inbox_item.c.user_id,
    postgresql_where=inbox_item.c.subject.is_not(None),
    sqlite_where=inbox_item.c.subject.is_not(None),
)

Index(
    "fanwire_inbox_item_collapse",
    inbox_item.c.user_id,
    inbox_item.c.collapse_key,
    inbox_item.c.gseq,
    postgresql_where=inbox_item.c.collapse_key.is_not(None),
    sqlite_where=inbox_item.c.collapse_key.is_not(None),
)

# Natural keys (or ids) of items that a user has no more, or must never get: nothing is sent under them again.
spent_key = Table(
    "fanwire_spent_key",
    metadata,
    Column("user_id", Text, nullable=False),
    Column("natural_key", Text, nullable=False),
    PrimaryKeyConstraint("user_id", "natural_key"),
)

# One row per post however many followers: ``n`` is the number of this event within its stream (1, 2, ...).
audience_event = Table(
    "fanwire_audience_event",
    metadata,
    Column("gseq", Big, primary_key=True, autoincrement=False),
    Column("stream", Text, nullable=False),
    Column("n", Big, nullable=False),
    Column("item_id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("metadata", Json, nullable=False),
    Column("natural_key", Text),
    Column("deleted_at", Time),
    Column("created_at", Time, nullable=False),
    Index("fanwire_audience_event_order", "stream", "gseq"),
    # Not (stream, n): planners would read a whole stream by it and sort, instead of the end of it by the order above.
    Index("fanwire_audience_event_n", "n", "stream", unique=True),
    Index("fanwire_audience_event_key", "natural_key", "stream", unique=True),
)
Index(
    "fanwire_audience_event_hole",
    audience_event.c.stream,
    audience_event.c.gseq,
    postgresql_where=audience_event.c.deleted_at.is_not(None),
    sqlite_where=audience_event.c.deleted_at.is_not(None),
)

# The intervals in which a user belongs to a stream: events with from_gseq < gseq <= to_gseq (null: open).
membership = Table(
    "fanwire_membership",
    metadata,
    Column("user_id", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("from_gseq", Big, nullable=False),
    Column("to_gseq", Big),
    Column("until", Time),  # when an open one ends by itself (null: never): the grant's own end
    PrimaryKeyConstraint("user_id", "stream", "from_gseq"),
    Index("fanwire_membership_stream", "stream", "user_id"),
)
Index(
    "fanwire_membership_open",
    membership.c.user_id,
    membership.c.stream,
    unique=True,
    postgresql_where=membership.c.to_gseq.is_(None),
    sqlite_where=membership.c.to_gseq.is_(None),
)

# Who follows whom ('followers:{creator}'). These streams have no items, so no count and no list looks here.
follow = Table(
    "fanwire_follow",
    metadata,
    Column("user_id", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("from_gseq", Big, nullable=False),
    PrimaryKeyConstraint("user_id", "stream"),
)

_ending = membership.c.to_gseq.is_(None) & membership.c.until.is_not(None)
Index("fanwire_membership_ending", membership.c.until, postgresql_where=_ending, sqlite_where=_ending)

# A row only where an audience item differs from the watermark: state 'read'.
inbox_exception = Table(
    "fanwire_inbox_exception",
    metadata,
    Column("user_id", Text, nullable=False),
    Column("gseq", Big, nullable=False),
    Column("stream", Text, nullable=False),
    Column("state", Text, nullable=False),
    PrimaryKeyConstraint("user_id", "gseq"),
)

# Kinds of facts that concern few users: all of them fit into a gateway's memory.
SUSPICIOUS = ("block", "token")

# A log: kind grant | revoke, on block:{user} block | unblock, on tokens and token:{jti} token. Only ``applied`` is
# written later: the gseq at which the relay applied the row's event, so that a repeat of the event is known for one.
# ``xid`` is the writing transaction, for a tail that skips nothing: on PostgreSQL its default (set by the migration)
# is pg_current_xact_id(), so that rows of any client carry it.
access = Table(
    "fanwire_access",
    metadata,
    Column("id", Big, Identity(), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tier", Text),
    Column("until", Time),
    Column("reason", Text),
    Column("xid", Big),
    Column("created_at", Time, nullable=False, server_default=CurrentTime()),
    Column("event_id", Text, unique=True),  # what said so; null where an SQL client wrote the row itself
    Column("applied", Big),
    Index("fanwire_access_fact", "user_id", "resource", "id"),
    Index("fanwire_access_xid", "xid"),
)
# Kinds of facts that end a place in an audience.
ENDING = ("revoke", "block")
_UNHEARD = access.c.applied.is_(None) & access.c.kind.in_(ENDING)
Index("fanwire_access_unheard", access.c.user_id, postgresql_where=_UNHEARD, sqlite_where=_UNHEARD)
Index(
    "fanwire_access_suspicious",
    access.c.user_id,
    postgresql_where=access.c.kind.in_(SUSPICIOUS),
    sqlite_where=access.c.kind.in_(SUSPICIOUS),
)
