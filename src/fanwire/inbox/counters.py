"""The newest value of each counter of a channel: what a new subscription is told, for counters leave no history."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Delete, Insert, delete, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.inbox.rowset import NUMBER, TEXT, Columns, packed, rowset
from fanwire.store.arrays import among
from fanwire.store.tables import counter

_ROW: Columns = {"channel": TEXT, "key": TEXT, "value": NUMBER, "version": NUMBER}


class Counters:
    """What a batch says of counters, and which of them it ends. Pure; ``save`` writes it down."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], tuple[int, int]] = {}
        self.ended: set[tuple[str, str]] = set()
        self.gone: set[str] = set()

    def set(self, channel: str, key: str, value: int | None, gseq: int) -> None:
        """The value of a counter from ``gseq`` on; None says that the caller does not know it."""
        if value is not None:
            self.values[channel, key] = (value, gseq)
            self.ended.discard((channel, key))

    def end(self, channel: str, key: str) -> None:
        """What was counted is gone."""
        self.values.pop((channel, key), None)
        self.ended.add((channel, key))

    def end_channel(self, channel: str) -> None:
        """All counters of ``channel`` end, those of events that follow in this batch too: nothing counts there now."""
        self.gone.add(channel)


async def save(connection: AsyncConnection, counters: Counters) -> None:
    """One statement for each kind of change. Versions only rise: the relay applies in order."""
    dialect = connection.dialect.name
    rows = [
        {"channel": channel, "key": key, "value": value, "version": version}
        for (channel, key), (value, version) in counters.values.items()
        if channel not in counters.gone
    ]
    if rows:
        await connection.execute(_upsert(dialect), {"rows": packed(rows)})
    if counters.ended:
        ended = packed({"channel": channel, "key": key} for channel, key in counters.ended)
        await connection.execute(_delete_counters(dialect), {"rows": ended})
    if counters.gone:
        await connection.execute(delete(counter).where(among(connection, counter.c.channel, sorted(counters.gone))))


@cache
def _upsert(dialect: str) -> Insert:
    rows = rowset(dialect, "rows", _ROW)
    # SQLite cannot tell "ON CONFLICT" from a join's ON without a WHERE (sqlite.org/lang_upsert.html, 2.2).
    values = select(*(rows.c[name] for name in _ROW)).where(text("true"))
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(counter).from_select(list(_ROW), values)
    newest = {"value": statement.excluded.value, "version": statement.excluded.version}
    return statement.on_conflict_do_update(index_elements=["channel", "key"], set_=newest)


@cache
def _delete_counters(dialect: str) -> Delete:
    rows = rowset(dialect, "rows", {"channel": TEXT, "key": TEXT})
    these = select(rows.c.channel, rows.c.key)
    return delete(counter).where(tuple_(counter.c.channel, counter.c.key).in_(these))
