"""Tells the node of every grant and revocation within a fifth of a second (DESIGN.md section 4, ending access)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from fanwire.access.feed import AccessChange, AccessFeed

# Seconds between two reads.
INTERVAL = 0.2

log = structlog.get_logger()


class AccessPoll:
    """Reads ``feed`` every ``INTERVAL`` and gives each change to ``changed``, in order."""

    def __init__(self, feed: AccessFeed, changed: Callable[[AccessChange], Awaitable[None]]) -> None:
        self._feed = feed
        self._changed = changed
        self._failing = False
        self.changes = 0

    async def run(self) -> None:
        """Poll until cancelled. A database that is away is told of once; the feed catches up afterwards."""
        while True:
            await self.look()
            await asyncio.sleep(INTERVAL)

    async def look(self) -> None:
        """Read once."""
        try:
            changes = await self._feed.changes()
        except (SQLAlchemyError, OSError) as error:
            if not self._failing:
                log.error("access_feed_down", error=type(error).__name__, note="logged once per outage")
            self._failing = True
            return
        self._failing = False
        for change in changes:
            self.changes += 1
            await self._changed(change)
