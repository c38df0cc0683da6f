"""Relays under test: an ``apply`` that echoes rows, a publisher that remembers and can be told to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock, SystemClock
from fanwire.errors import InvalidEvent
from fanwire.frames.frame import Frame, Target
from fanwire.outbox.applying import Apply
from fanwire.outbox.relay import Relay
from fanwire.outbox.row import OutboxRow
from fanwire.settings import RelaySettings
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.frames import StoredFrame

# Seconds: a bound on waiting for another task or process, far above what is ever needed.
LIMIT = 20.0


async def echo(_connection: AsyncConnection, rows: Sequence[OutboxRow], first_gseq: int, _now: datetime) -> list[Frame]:
    """One frame per row on the channel that its ordering key names; a row that says ``poison`` is refused."""
    for row in rows:
        if "poison" in row.payload:
            raise InvalidEvent(f"poison: {row.payload['poison']}")
    return [
        Frame(Target.CHANNEL, row.ordering_key, row.payload, row.event_id, f"{row.event_id}:0", first_gseq + i)
        for i, row in enumerate(rows)
    ]


class Recorder:
    """A publisher that keeps what it was given. ``fails`` is asked before each publish and may raise."""

    def __init__(self) -> None:
        self.frames: list[StoredFrame] = []
        self.fails: Callable[[Sequence[StoredFrame]], None] = lambda _frames: None

    async def publish(self, frames: Sequence[StoredFrame]) -> None:
        self.fails(frames)
        self.frames += frames

    @property
    def numbers(self) -> list[Any]:
        """The ``n`` of each payload, in the order of publishing."""
        return [msgspec.json.decode(frame.data)["n"] for frame in self.frames]


def relay(
    database: Database,
    publisher: Recorder,
    *,
    apply: Apply = echo,
    clock: Clock | None = None,
    owner: str = "test",
    **settings: Any,
) -> Relay:
    return Relay(database, publisher, RelaySettings(**settings), clock or SystemClock(), owner, apply=apply)


async def say(connection: AsyncConnection, *payloads: dict[str, Any], channel: str = "c") -> None:
    """Insert rows as any SQL client does."""
    for payload in payloads:
        await connection.execute(
            sa.insert(tables.outbox),
            {"event_id": f"e{payload.get('n')}", "function": "f", "payload": payload, "ordering_key": channel},
        )


async def commit(database: Database, *payloads: dict[str, Any], channel: str = "c") -> None:
    async with database.write.begin() as connection:
        await say(connection, *payloads, channel=channel)


async def count(database: Database, table: sa.Table) -> int:
    async with database.read.connect() as connection:
        return int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def until(condition: Callable[[], Awaitable[bool] | bool]) -> None:
    """Wait, with a limit, for what another task brings about."""
    async with asyncio.timeout(LIMIT):
        while True:
            answer = condition()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.005)
