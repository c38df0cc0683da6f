"""Watches how far behind the relay is, for readiness and metrics, at a cost that does not grow with who asks."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from fanwire.gateway.readiness import NotReady
from fanwire.outbox.backlog import Backlog, measure
from fanwire.store.database import Database

# Seconds between two measurements; each scans what waits.
INTERVAL = 5.0

log = structlog.get_logger()


class BacklogWatch:
    """Measures every few seconds. ``latest`` is the newest measurement (all zero before the first)."""

    def __init__(self, database: Database, limit: float) -> None:
        """``limit``: seconds that the oldest event may wait before this counts as not ready."""
        self._database = database
        self._limit = limit
        self.latest = Backlog(0, 0.0, 0, 0)

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(INTERVAL)

    async def look(self) -> None:
        """Measure once. A database that does not answer leaves the measurement as it was; readiness tells of it."""
        try:
            self.latest = await measure(self._database)
        except (SQLAlchemyError, OSError) as error:
            log.warning("backlog_not_measured", error=type(error).__name__)

    async def check(self) -> None:
        """Raises: NotReady when events wait too long, as of the last measurement."""
        if self.latest.oldest_age > self._limit:
            raise NotReady(
                f"the oldest of {self.latest.pending} events waits for {self.latest.oldest_age:.0f} s "
                f"(limit: relay.ready_lag = {self._limit:.0f} s); is a relay running?"
            )
