"""The door of the events API to the outbox: concurrent requests share a transaction."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from fanwire.events.building import is_own_act
from fanwire.events.receipt import Status
from fanwire.events.storing import DatabaseTarget
from fanwire.gateway.events_api import EventStorageFailed
from fanwire.outbox.writer import Entry
from fanwire.payloads import Event
from fanwire.store.database import Database


class OutboxDoor:
    """Stores one event under its id, and says what became of it."""

    def __init__(self, database: Database) -> None:
        self._target = DatabaseTarget(database, None)

    async def __call__(self, event: Event, event_id: str) -> str:
        """Return when the event is committed, or is one that says nothing (of one's own act).

        Raises: EventStorageFailed.
        """
        if is_own_act(event):
            return Status.SKIPPED
        try:
            await self._target.deliver([Entry(event_id, event)])
        except (SQLAlchemyError, OSError) as error:
            raise EventStorageFailed(f"{type(error).__name__}: {error}") from error
        return Status.STORED
