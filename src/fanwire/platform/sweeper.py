"""Forgets old idempotency keys and provider events now and then, after an answer is on its way."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask

from fanwire.clock import Clock, utc
from fanwire.platform import idempotency
from fanwire.platform.payments import provider_events
from fanwire.store.database import Database

# Seconds between two sweeps of one process.
INTERVAL = 600.0
# Portions of one sweep, each a short transaction: more than a busy site writes between two sweeps.
ROUNDS = 20

log = structlog.get_logger()


class Sweeper:
    """At most one sweep per ``INTERVAL``, made by whichever request comes first after it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._due_at = clock.monotonic() + INTERVAL

    def task(self) -> BackgroundTask | None:
        """What to do after the answer, if a sweep is due."""
        now = self._clock.monotonic()
        if now < self._due_at:
            return None
        self._due_at = now + INTERVAL
        return BackgroundTask(self.sweep)

    async def sweep(self) -> None:
        """Sweep once. A database that does not answer is no reason to fail: the next sweep comes."""
        forgotten = 0
        try:
            for _ in range(ROUNDS):
                portion = await self._portion()
                forgotten += sum(portion)
                if not any(portion):
                    break
        except SQLAlchemyError as error:
            log.warning("idempotency_sweep_failed", error=type(error).__name__)
        else:
            log.debug("idempotency_swept", forgotten=forgotten)

    async def _portion(self) -> tuple[int, int]:
        now = utc(self._clock)
        async with self._database.write.begin() as connection:
            return await idempotency.sweep(connection, now), await provider_events.sweep(connection, now)
