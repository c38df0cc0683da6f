"""Statements over the timers that are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform.timers import tables

_COLUMNS = tables.timer.c
_KEPT_ERROR = 1_000


@dataclass(frozen=True)
class Timer:
    """One row of ``platform_timer``."""

    id: str
    kind: str
    subject: str
    due_at: datetime
    attempts: int


async def claim(connection: AsyncConnection, kinds: Iterable[str], now: datetime) -> Timer | None:
    """The timer that has waited longest, held until the end of the transaction; other processes pass it by."""
    statement = (
        select(_COLUMNS.id, _COLUMNS.kind, _COLUMNS.subject, _COLUMNS.due_at, _COLUMNS.attempts)
        .where(_COLUMNS.try_at <= now, _COLUMNS.kind.in_(sorted(kinds)))
        .order_by(_COLUMNS.try_at, _COLUMNS.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Timer(*row)


async def finish(connection: AsyncConnection, timer: Timer, again: datetime | None) -> None:
    """Remove a timer whose handler is done, or set it for ``again``."""
    if again is None:
        await connection.execute(delete(tables.timer).where(_COLUMNS.id == timer.id))
        return
    moved = {"due_at": again, "try_at": again, "attempts": 0, "error": None}
    await connection.execute(update(tables.timer).where(_COLUMNS.id == timer.id).values(moved))


async def postpone(connection: AsyncConnection, timer: Timer, try_at: datetime, error: str) -> None:
    """Try a timer whose handler failed again at ``try_at``, unless somebody else has done so meanwhile."""
    statement = update(tables.timer).where(_COLUMNS.id == timer.id, _COLUMNS.attempts == timer.attempts)
    await connection.execute(
        statement.values(try_at=try_at, attempts=timer.attempts + 1, error=error[:_KEPT_ERROR].replace("\x00", ""))
    )


async def next_at(connection: AsyncConnection, kinds: Iterable[str]) -> datetime | None:
    """When the next timer of ``kinds`` is due; None: there is none."""
    found = await connection.execute(select(func.min(_COLUMNS.try_at)).where(_COLUMNS.kind.in_(sorted(kinds))))
    moment: datetime | None = found.scalar_one()
    return moment
