"""The door of the events API to the outbox: concurrent requests share a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from fanwire.events.building import is_own_act
from fanwire.events.receipt import Status
from fanwire.events.storing import DatabaseTarget
from fanwire.gateway.events_api import EventStorageFailed
from fanwire.outbox.writer import Entry
from fanwire.store.database import Database


class OutboxDoor:
    """Stores events under their ids, and says what became of each."""

    def __init__(self, database: Database) -> None:
        self._target = DatabaseTarget(database, None)

    async def __call__(self, entries: Sequence[Entry]) -> list[str]:
        """Return when the events are committed together; those that say nothing (of one's own act) are left out.

        Raises: EventStorageFailed.
        """
        statuses: list[str] = [Status.SKIPPED if is_own_act(entry.event) else Status.STORED for entry in entries]
        told = [entry for entry, status in zip(entries, statuses, strict=True) if status is Status.STORED]
        try:
            if told:
                await self._target.deliver(told)
        except (SQLAlchemyError, OSError) as error:
            raise EventStorageFailed(f"{type(error).__name__}: {error}") from error
        return statuses
