"""Setting and cancelling timers in the caller's transaction, and what a handler is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.ids import IdMaker, event_id
from fanwire.platform.server_time import ReadTime, server_time
from fanwire.platform.timers import tables

_COLUMNS = tables.timer.c


@dataclass(frozen=True)
class Firing:
    """One timer that is due, and the transaction in which it fires: what the handler writes commits with its end.

    ``now`` is the database's time when the timer was claimed. A handler that waits for a lock reads the time again
    with ``server_now``.
    """

    connection: AsyncConnection
    kind: str
    subject: str
    due_at: datetime
    now: datetime
    new_id: IdMaker
    read_time: ReadTime = server_time

    async def server_now(self) -> datetime:
        return await self.read_time(self.connection)


# Does what is due and returns None, or the time to be asked again. It locks what it changes and looks whether it is
# still due: its subject may have moved between the claim and the lock.
Handler = Callable[[Firing], Awaitable[datetime | None]]
Handlers = Mapping[str, Handler]


async def set_timer(
    connection: AsyncConnection, kind: str, subject: str, due_at: datetime, *, new_id: IdMaker = event_id
) -> None:
    """Fire ``kind`` for ``subject`` at ``due_at`` (aware), in place of an earlier timer of the same two.

    It is there if and only if the caller's transaction commits. An earlier timer that is being handled right now
    is left to its handler, which waits for the caller's locks and then sees that it is no longer due. Callers hold
    the lock of their subject, so that two do not set it at once.
    """
    await cancel(connection, kind, subject)
    row = {"id": new_id(), "kind": kind, "subject": subject, "due_at": due_at, "try_at": due_at}
    await connection.execute(tables.timer.insert().values(row))


async def cancel(connection: AsyncConnection, kind: str, subject: str) -> None:
    """Take the timer of ``kind`` for ``subject`` away, if there is one that is not being handled right now."""
    held = select(_COLUMNS.id).where(_COLUMNS.kind == kind, _COLUMNS.subject == subject)
    # Waiting here for a running handler, which waits for the caller's row, would be a deadlock.
    ids = (await connection.execute(held.with_for_update(skip_locked=True))).scalars().all()
    if ids:
        await connection.execute(delete(tables.timer).where(_COLUMNS.id.in_(ids)))
