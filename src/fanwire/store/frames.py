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

# Many rows in one statement and one value: psycopg escapes each quote in an array of texts by itself, and frames are
# full of them (a third of the relay's time). A key that waits already is the same frame, handed in twice.
_INSERT_ROWS = text("""
    INSERT INTO fanwire_frame (key, event_id, target, channel, data, version, skip_history, conflation_key)
    SELECT key, event_id, target, channel, data::text, version, skip_history, conflation_key
    FROM json_to_recordset(CAST(:rows AS json)) AS frame (
        place integer, key text, event_id text, target text, channel text, data json, version bigint,
        skip_history boolean, conflation_key text
    )
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
    if connection.dialect.name == "postgresql":
        if keyed:
            await connection.execute(_SUPERSEDE_ARRAYS, _arrays(keyed))
        await connection.execute(_INSERT_ROWS, {"rows": _packed(newest)})
    else:
        if keyed:
            await connection.execute(_SUPERSEDE_ROW, keyed)
        await connection.execute(_INSERT_ROW, [{**_row(frame), "data": _data(frame).decode()} for frame in newest])


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


def _packed(frames: Sequence[Frame]) -> str:
    """JSON for ``_INSERT_ROWS``; the data in it stays as it is, for PostgreSQL keeps the text of a ``json``."""
    rows = [{"place": place, **_row(frame), "data": msgspec.Raw(_data(frame))} for place, frame in enumerate(frames)]
    return _encoder.encode(rows).decode()


def _row(frame: Frame) -> dict[str, Any]:
    return {
        "key": frame.key,
        "event_id": frame.event_id,
        "target": frame.target.value,
        "channel": frame.channel,
        "version": frame.version,
        "skip_history": frame.skip_history,
        "conflation_key": frame.conflation_key,
    }


def _data(frame: Frame) -> bytes:
    return _encoder.encode(frame.data)
