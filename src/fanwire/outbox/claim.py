"""Find the next rows of the outbox, in order, without taking them away: the apply transaction deletes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Row, Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock
from fanwire.outbox.connections import Connections
from fanwire.outbox.floor import Floor, Snapshot
from fanwire.outbox.row import CONTRACT_VERSION, OutboxRow
from fanwire.store.raw import as_text
from fanwire.store.tables import outbox

_SNAPSHOT = text(
    "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() AS s"
)
_decoder = msgspec.json.Decoder(dict[str, Any])


class Unreadable(NamedTuple):
    """A row that no version of this code can apply, and why."""

    id: int
    error: str


class Claimed(NamedTuple):
    """Rows in the order of their ids, and those to set aside."""

    rows: list[OutboxRow]
    unreadable: list[Unreadable]

    def __bool__(self) -> bool:
        return bool(self.rows or self.unreadable)


class Claims:
    """Looks at the outbox for the relay that holds the lease."""

    def __init__(self, connections: Connections, clock: Clock, *, full_scan_interval: float, batch_size: int) -> None:
        self._connections = connections
        self._clock = clock
        self._interval = full_scan_interval
        self._limit = batch_size
        self._query = _query(connections.dialect).limit(batch_size)
        self.reset()

    def reset(self) -> None:
        """Forget the floor: after an outage the database may be another one (failover, restored copy)."""
        self._floor = Floor(self._interval)

    async def next(self) -> Claimed:
        """At most one batch."""
        found: Sequence[Row[Any]]
        async with self._connections.reading() as connection:
            if self._connections.dialect == "postgresql":
                found = await self._above_the_floor(connection)
            else:
                found = (await connection.execute(self._query)).all()
        return _sorted_out(found)

    async def _above_the_floor(self, connection: AsyncConnection) -> Sequence[Row[Any]]:
        now = self._clock.monotonic()
        found: Sequence[Row[Any]]
        if not self._floor.full_scan_due(now):
            found = (await connection.execute(self._query.where(outbox.c.id >= self._floor.id))).all()
        else:
            snapshot = Snapshot(*(await connection.execute(_SNAPSHOT)).one())
            found = (await connection.execute(self._query)).all()
            reach = found[-1].id if len(found) == self._limit else float("inf")
            self._floor.scanned(now, snapshot, reach)
        if found:
            self._floor.saw(found[-1].id)
        return found


def _query(dialect: str) -> Select[Any]:
    column = outbox.c
    # PostgreSQL's types can be trusted; SQLite stores whatever a SQL client has written.
    created_at = column.created_at if dialect == "postgresql" else as_text(column.created_at, dialect)
    columns = (column.id, column.version, column.event_id, column.function, column.ordering_key, created_at)
    return select(*columns, as_text(column.payload, dialect)).order_by(column.id)


def _sorted_out(found: Sequence[Row[Any]]) -> Claimed:
    claimed = Claimed([], [])
    for row in found:
        try:
            claimed.rows.append(_outbox_row(row))
        except (msgspec.MsgspecError, TypeError) as error:
            claimed.unreadable.append(Unreadable(row.id, f"this row is not what docs/reference/outbox says: {error}"))
    return claimed


def _outbox_row(row: Row[Any]) -> OutboxRow:
    """The row, checked.

    Raises:
        msgspec.MsgspecError: a column has another type, the payload is no JSON object, the version is unknown.
        TypeError: the payload is no text.
    """
    if row.version != CONTRACT_VERSION:
        raise msgspec.ValidationError(f"version {row.version} is unknown here, {CONTRACT_VERSION} is known")
    columns = {str(name): value for name, value in row._mapping.items()}
    columns["payload"] = _decoder.decode(row.payload)
    columns["ordering_key"] = row.ordering_key or ""
    checked = msgspec.convert(columns, OutboxRow)
    if checked.created_at.tzinfo is None:
        return msgspec.structs.replace(checked, created_at=checked.created_at.replace(tzinfo=UTC))
    return checked
