"""Tells the node of every grant and revocation within a fifth of a second (DESIGN.md section 4, ending access)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog

from fanwire.access.feed import AccessChange, AccessFeed
from fanwire.gateway.readiness import NotReady

# Seconds between two reads.
INTERVAL = 0.2
# Seconds for one read: a connection that hangs must not hide from us that the next one would work.
READ_LIMIT = 2.0
# Answers at once: each takes a connection of the pool, which the API and the relay use as well.
AT_ONCE = 4
# Seconds without a good read after which this process should get no more clients.
READY_AGE = 5.0

log = structlog.get_logger()


class AccessPoll:
    """Reads ``feed`` every ``INTERVAL``, gives each change to ``changed`` in order, then all of them to ``heard``.

    ``changed`` acts at once on what it is given and returns what is left to do, which must not raise.
    ``heard(changes, at)``: nothing that was committed before monotonic time ``at`` is missing.
    """

    def __init__(
        self,
        feed: AccessFeed,
        changed: Callable[[AccessChange], Coroutine[Any, Any, None]],
        heard: Callable[[Sequence[AccessChange], float], None],
    ) -> None:
        self._feed = feed
        self._changed = changed
        self._heard = heard
        self._failing = False
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._answers: set[asyncio.Task[None]] = set()
        self.changes = 0

    async def run(self) -> None:
        """Poll until cancelled. A database that is away is told of once; the feed catches up afterwards."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(INTERVAL)
        finally:
            for answer in self._answers:
                answer.cancel()

    async def look(self) -> None:
        """Read once. Answers are not waited for: the next look must not be late."""
        try:
            async with asyncio.timeout(READ_LIMIT):
                changes = await self._feed.changes()
        except Exception as error:  # noqa: BLE001 - whatever it is, without the next look nothing would end any more
            if not self._failing:
                log.error("access_feed_down", error=type(error).__name__, note="logged once per outage")
            self._failing = True
            return
        self._failing = False
        self.changes += len(changes)
        begun = [self._begin(change) for change in changes]
        self._heard(changes, self._feed.read_at)
        for answer in begun:
            if answer is not None:
                self._finish(answer)

    async def check(self) -> None:
        """Raises: NotReady."""
        age = self._feed.age()
        if age > READY_AGE:
            raise NotReady(f"no change of access was heard of for {age:.0f} s: locked channels are held back")

    async def settled(self) -> None:
        """Wait until everything that was begun is done."""
        while self._answers:
            await asyncio.wait(self._answers)

    def _begin(self, change: AccessChange) -> Coroutine[Any, Any, None] | None:
        """A mistake of ours with one change must not keep the others from being acted on."""
        try:
            return self._changed(change)
        except Exception:
            log.exception("access_change_failed", kind=change.kind, user=change.user)
            return None

    def _finish(self, answer: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._in_turn(answer))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _in_turn(self, answer: Coroutine[Any, Any, None]) -> None:
        async with self._turns:
            await answer
