"""Whom a block or a revoked token concerns: kept in memory, so that asking about everybody else costs no query."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from fanwire.access.feed import AccessChange
from fanwire.clock import Clock
from fanwire.store.database import Database
from fanwire.store.tables import SUSPICIOUS, access

# With more of them than this (about 20 MB) the database is asked about everybody.
MOST = 200_000
# Seconds. Without news for longer than this, a block or a revocation may have been missed.
FRESH = 0.8


class Suspects:
    """Users who were ever blocked or had a token revoked, and revoked tokens whose user nobody has named."""

    def __init__(self, database: Database, clock: Clock, most: int = MOST) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        self._names: set[str] | None = None
        self._heard_at = float("-inf")

    async def load(self) -> None:
        """Read them all; afterwards ``heard`` keeps them. Call it after the feed has taken its position."""
        rows = select(access.c.user_id, access.c.resource).where(access.c.kind.in_(SUSPICIOUS)).limit(self._most + 1)
        async with self._database.peek.connect() as connection:
            found = (await connection.execute(rows)).all()
        self._names = {row.user_id or row.resource for row in found} if len(found) <= self._most else None

    def heard(self, changes: Iterable[AccessChange], at: float) -> None:
        """``changes`` are all that were committed before monotonic time ``at``."""
        self._heard_at = at
        if self._names is not None:
            self._names.update(change.user or change.resource for change in changes if change.kind in SUSPICIOUS)

    def may_be(self, user: str, resource: str = "") -> bool:
        """Whether the database has to be asked about ``user``, or about ``resource`` of nobody in particular."""
        if self._names is None or self._clock.monotonic() - self._heard_at > FRESH:
            return True
        return user in self._names or resource in self._names
