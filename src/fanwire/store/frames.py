"""Frames on their way: written by the transaction that made them true, read and deleted by the relay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.frames.frame import Frame, Target
from fanwire.store import tables, wakeup
from fanwire.store.arrays import among

# A key that waits already is the same frame: the event was handed in twice.
_INSERTS: dict[str, Insert] = {
    "postgresql": postgresql.insert(tables.frame).on_conflict_do_nothing(index_elements=["key"]),
    "sqlite": sqlite.insert(tables.frame).on_conflict_do_nothing(index_elements=["key"]),
}
_encoder = msgspec.json.Encoder()


class StoredFrame(msgspec.Struct, frozen=True):
    """A committed frame; ``data`` is one line of JSON. Frames go out in the order of ``id``."""

    id: int
    target: Target
    channel: str
    data: bytes
    event_id: str
    key: str
    version: int
    skip_history: bool


async def append_frames(connection: AsyncConnection, frames: Sequence[Frame]) -> None:
    """Add frames, in their order, to the caller's transaction; the relay publishes them after its commit."""
    if frames:
        await insert_frames(connection, frames)
        wakeup.announce(connection)


async def insert_frames(connection: AsyncConnection, frames: Sequence[Frame]) -> None:
    """``append_frames`` for the relay itself, which needs no wake-up call."""
    if frames:
        await connection.execute(_INSERTS[connection.dialect.name], [_row(frame) for frame in frames])


async def waiting_frames(
    connection: AsyncConnection, limit: int, without: Collection[str] = frozenset()
) -> list[StoredFrame]:
    """The oldest frames that were committed and not yet deleted, ``without`` those of some channels."""
    column = tables.frame.c
    query = select(
        column.id,
        column.target,
        column.channel,
        column.data,
        column.event_id,
        column.key,
        column.version,
        column.skip_history,
    )
    if without:
        query = query.where(column.channel.not_in(without))
    rows = await connection.execute(query.order_by(column.id).limit(limit))
    return [
        StoredFrame(row.id, Target(row.target), row.channel, row.data.encode(), row.event_id, row.key, *row[-2:])
        for row in rows
    ]


async def delete_frames(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Forget frames that the broker has."""
    await connection.execute(delete(tables.frame).where(among(connection, tables.frame.c.id, ids)))


def _row(frame: Frame) -> dict[str, Any]:
    return {
        "key": frame.key,
        "event_id": frame.event_id,
        "target": frame.target.value,
        "channel": frame.channel,
        "data": _encoder.encode(frame.data).decode(),
        "version": frame.version,
        "skip_history": frame.skip_history,
    }
