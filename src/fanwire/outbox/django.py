"""The outbox in Django's transactions: rows through ``django.db.connection``, so that they share its fate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeGuard

from sqlalchemy import Insert
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.engine.default import DefaultDialect

from fanwire.access import writer as access
from fanwire.errors import ConfigurationError
from fanwire.outbox import writer
from fanwire.outbox.writer import Entry
from fanwire.payloads import AccessEvent

# Only to write the SQL and the values: whatever driver Django uses takes them.
_DIALECTS: dict[str, DefaultDialect] = {
    "postgresql": PGDialect(paramstyle="pyformat", implicit_returning=False),  # type: ignore[no-untyped-call]
    "sqlite": SQLiteDialect(paramstyle="pyformat"),
}


class DjangoConnection(Protocol):
    """``django.db.connection``, or one of ``django.db.connections``."""

    vendor: str
    in_atomic_block: bool

    def cursor(self) -> Any: ...


def is_django(session: object) -> TypeGuard[DjangoConnection]:
    """Whether this is Django's connection; asked without Django, which need not be installed."""
    return hasattr(session, "in_atomic_block") and hasattr(session, "vendor")


def append_many(connection: DjangoConnection, entries: Iterable[Entry]) -> None:
    """Append events in their order, inside the caller's ``transaction.atomic()``.

    Raises:
        ConfigurationError: there is no ``atomic()`` around, or the database is neither PostgreSQL nor SQLite.
        django.db.DatabaseError: the database refused; the caller's transaction is then lost as well.
    """
    if not connection.in_atomic_block:
        raise ConfigurationError(
            "session is Django's connection outside transaction.atomic(): nothing ties the event to your write"
        )
    listed = list(entries)
    facts = [access.Said(entry.event_id, entry.event) for entry in listed if isinstance(entry.event, AccessEvent)]
    _insert(connection, writer.INSERTS, [writer.row(entry) for entry in listed])
    _insert(connection, access.INSERTS, [access.row(said) for said in facts])


def _insert(connection: DjangoConnection, inserts: Mapping[str, Insert], rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    dialect = _DIALECTS.get(connection.vendor)
    if dialect is None:
        raise ConfigurationError(
            f"Django is on {connection.vendor}; the outbox is written to PostgreSQL or SQLite only"
        )
    insert = inserts[connection.vendor]
    sql = str(insert.compile(dialect=dialect, column_keys=list(rows[0])))
    with connection.cursor() as cursor:
        for row in rows:
            cursor.execute(sql, {name: _bound(insert, dialect, name, value) for name, value in row.items()})


def _bound(insert: Insert, dialect: DefaultDialect, name: str, value: Any) -> Any:
    process = insert.table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    return value if process is None or value is None else process(value)
