"""Frames on their way: written by the transaction that made them true, read and deleted by the relay."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.frames.frame import Frame, Target
from fanwire.store import tables, wakeup
from fanwire.store.arrays import among

# Many rows in one statement: an array per column. A key that waits already is the same frame, handed in twice.
_INSERT_ARRAYS = text("""
    INSERT INTO fanwire_frame (key, event_id, target, channel, data, version, skip_history, conflation_key)
    SELECT key, event_id, target, channel, data, version, skip_history, conflation_key FROM unnest(
        CAST(:key AS text[]), CAST(:event_id AS text[]), CAST(:target AS text[]), CAST(:channel AS text[]),
        CAST(:data AS text[]), CAST(:version AS bigint[]), CAST(:skip_history AS boolean[]),
        CAST(:conflation_key AS text[])
    ) WITH ORDINALITY AS frame
        (key, event_id, target, channel, data, version, skip_history, conflation_key, place)
    ORDER BY place
    ON CONFLICT (key) DO NOTHING
""")
_INSERT_ROW = sqlite.insert(tables.frame).on_conflict_do_nothing(index_elements=["key"])
_SUPERSEDE_ARRAYS = text(
    "DELETE FROM fanwire_frame AS frame"
    " USING unnest(CAST(:channel AS text[]), CAST(:conflation_key AS text[])) AS newer (channel, conflation_key)"
    " WHERE frame.channel = newer.channel AND frame.conflation_key = newer.conflation_key"
)
_SUPERSEDE_ROW = text("DELETE FROM fanwire_frame WHERE channel = :channel AND conflation_key = :conflation_key")
_encoder = msgspec.json.Encoder()


class StoredFrame(msgspec.Struct, frozen=True):
    """A committed frame; ``data`` is one line of JSON. Frames go out in the order of ``id``.

    The frame of an id never changes: a newer one of its conflation key deletes it and takes another id.
    """

    id: int
    target: Target
    channel: str
    data: bytes
    event_id: str
    key: str
    version: int
    skip_history: bool
    conflation_key: str | None = None


async def append_frames(connection: AsyncConnection, frames: Sequence[Frame]) -> None:
    """Add frames, in their order, to the caller's transaction; the relay publishes them after its commit.

    Frames with a conflation key are the relay's alone: two transactions at once would be in each other's way.
    """
    if frames:
        await insert_frames(connection, frames)
        wakeup.announce(connection)


async def insert_frames(connection: AsyncConnection, frames: Sequence[Frame]) -> None:
    """``append_frames`` for the relay itself, which needs no wake-up call.

    Waiting frames that have the conflation key of one of these are deleted: nobody needs the older value.
    """
    if not frames:
        return
    newest = _newest(frames)
    keyed = [
        {"channel": frame.channel, "conflation_key": frame.conflation_key} for frame in newest if frame.conflation_key
    ]
    rows = [_row(frame) for frame in newest]
    if connection.dialect.name == "postgresql":
        if keyed:
            await connection.execute(_SUPERSEDE_ARRAYS, _arrays(keyed))
        await connection.execute(_INSERT_ARRAYS, _arrays(rows))
    else:
        if keyed:
            await connection.execute(_SUPERSEDE_ROW, keyed)
        await connection.execute(_INSERT_ROW, rows)


async def waiting_frames(
    connection: AsyncConnection,
    limit: int,
    without: Collection[str] = frozenset(),
    held: Sequence[int] = (),
) -> list[StoredFrame]:
    """The oldest frames that were committed and not yet deleted, ``without`` those of some channels, or held ids."""
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
        column.conflation_key,
    )
    if without:
        query = query.where(column.channel.not_in(without))
    if held:
        query = query.where(~among(connection, column.id, held))
    rows = await connection.execute(query.order_by(column.id).limit(limit))
    return [
        StoredFrame(row.id, Target(row.target), row.channel, row.data.encode(), row.event_id, row.key, *row[-3:])
        for row in rows
    ]


async def delete_frames(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Forget frames that the broker has."""
    await connection.execute(delete(tables.frame).where(among(connection, tables.frame.c.id, ids)))


def _newest(frames: Iterable[Frame]) -> list[Frame]:
    """All frames but those whose conflation key comes again, in their order."""
    kept: dict[tuple[str, str], Frame] = {}
    for frame in frames:
        # An event has one frame per key; the others are told apart by their own unique keys.
        place = ("", frame.key) if frame.conflation_key is None else (frame.channel, frame.conflation_key)
        kept.pop(place, None)
        kept[place] = frame
    return list(kept.values())


def _arrays(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _row(frame: Frame) -> dict[str, Any]:
    return {
        "key": frame.key,
        "event_id": frame.event_id,
        "target": frame.target.value,
        "channel": frame.channel,
        "data": _encoder.encode(frame.data).decode(),
        "version": frame.version,
        "skip_history": frame.skip_history,
        "conflation_key": frame.conflation_key,
    }
