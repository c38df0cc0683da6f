"""Fires timers: any number of processes may run one of these on the same database."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

import structlog

from fanwire.ids import IdMaker, event_id
from fanwire.platform.server_time import ReadTime, server_time
from fanwire.platform.timers import claim
from fanwire.platform.timers.claim import Timer
from fanwire.platform.timers.timer import Firing, Handlers
from fanwire.store.database import Database

# Seconds between two looks: a timer that another process has set is noticed within this time.
INTERVAL = 0.5
# Seconds that one handler may take: it holds up those behind it. Tens of thousands of deposits go back in this time.
LIMIT = 60.0
# Seconds until a failed handler is tried again: doubled each time, up to the longest.
FIRST_RETRY, LONGEST_RETRY = 1.0, 300.0

log = structlog.get_logger()


@dataclass(frozen=True)
class _Failure:
    timer: Timer
    error: Exception


class Runner:
    """Run ``run()`` as one task per process. ``step()`` is one turn of it, for tests and scripts."""

    def __init__(
        self,
        database: Database,
        handlers: Handlers,
        *,
        new_id: IdMaker = event_id,
        read_time: ReadTime = server_time,
    ) -> None:
        """``handlers`` by kind; timers of other kinds are left to processes that know them."""
        self._database = database
        self._handlers = handlers
        self._new_id = new_id
        self._read_time = read_time
        self._down = False

    async def run(self) -> None:
        """Fire what falls due, until cancelled. The database may go away and come back meanwhile."""
        while True:
            rest = await self._turn()
            await asyncio.sleep(rest)

    async def step(self) -> bool:
        """Fire one timer that is due; false if there is none.

        A handler that fails is logged and postponed; its transaction is rolled back, and others go on.

        Raises:
            SQLAlchemyError: the database cannot be used now.
        """
        failure = await self._fire()
        if isinstance(failure, _Failure):
            await self._postpone(failure)
        return failure is not None

    async def _turn(self) -> float:
        """Fire all that is due; returns how long to rest."""
        try:
            async with self._database.peek.connect() as connection:
                due_at = await claim.next_at(connection, self._handlers)
                wait = INTERVAL if due_at is None else (due_at - await self._read_time(connection)).total_seconds()
            while wait <= 0 and await self.step():
                pass
        except Exception as error:  # noqa: BLE001 - timers wait in the database, but not for a task that has ended
            self._cannot_read(error)
            return INTERVAL
        self._down = False
        return INTERVAL if wait <= 0 else min(wait, INTERVAL)

    def _cannot_read(self, error: Exception) -> None:
        # Once per outage, not once per look.
        log.log(
            logging.DEBUG if self._down else logging.WARNING, "timers_wait_for_database", error=type(error).__name__
        )
        self._down = True

    async def _fire(self) -> Timer | _Failure | None:
        timer: Timer | None = None
        try:
            async with self._database.write.begin() as connection:
                now = await self._read_time(connection)
                timer = await claim.claim(connection, self._handlers, now)
                if timer is None:
                    return None
                firing = Firing(connection, timer.kind, timer.subject, timer.due_at, now, self._new_id, self._read_time)
                async with asyncio.timeout(LIMIT):
                    again = await self._handlers[timer.kind](firing)
                await claim.finish(connection, timer, again)
        except Exception as error:
            if timer is None:
                raise
            return _Failure(timer, error)
        return timer

    async def _postpone(self, failure: _Failure) -> None:
        timer, error = failure.timer, failure.error
        wait = min(FIRST_RETRY * 2.0 ** min(timer.attempts, 20), LONGEST_RETRY)
        log.error(
            "timer_failed",
            kind=timer.kind,
            subject=timer.subject,
            attempts=timer.attempts + 1,
            retry_in=wait,
            exc_info=error,
        )
        async with self._database.write.begin() as connection:
            try_at = await self._read_time(connection) + timedelta(seconds=wait)
            await claim.postpone(connection, timer, try_at, f"{type(error).__name__}: {error}")
