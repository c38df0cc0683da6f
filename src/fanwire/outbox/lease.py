"""Who is the relay: one expiring row, fenced by a token, on the database's own clock.

The holder moves ``gseq`` under its token in each apply transaction. A relay that was replaced finds no row with
its token and rolls back, so it applies nothing, however late it wakes up.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock
from fanwire.errors import LeaseLost
from fanwire.store.clock import DatabaseTime
from fanwire.store.database import Database
from fanwire.store.tables import relay_lease as lease

# Renewed when this part of its life has passed; a candidate asks as often.
_RENEW_AT = 1 / 3
_OURS = lease.c.name == "relay"


class Lease:
    """The lease ``relay`` as one process sees it. Not for several tasks at once."""

    def __init__(self, database: Database, clock: Clock, owner: str, ttl: float) -> None:
        """``ttl`` is in seconds; ``owner`` names this process in the row and in logs."""
        self._database = database
        self._clock = clock
        self._owner = owner
        self._ttl = ttl
        self._token: int | None = None
        self._renewed = 0.0
        self._asked = float("-inf")
        # A SQLite file that we own has no other process: who stands in the row now is dead.
        self._may_seize = database.owned

    @property
    def held(self) -> bool:
        """We took it and nobody has told us otherwise."""
        return self._token is not None

    async def hold(self) -> bool:
        """Take the lease, or keep it; says whether it is ours. Asks the database no more often than needed.

        Raises:
            LeaseLost: it was ours until now.
        """
        now = self._clock.monotonic()
        if self.held:
            if now - self._renewed >= self._ttl * _RENEW_AT:
                await self._renew()
        elif now - self._asked >= self._ttl * _RENEW_AT:
            await self._take()
        return self.held

    async def fence(self, connection: AsyncConnection, count: int) -> int:
        """Inside the apply transaction: reserve ``count`` places in the global order; returns the first.

        Raises:
            LeaseLost: another relay has taken over; roll back.
        """
        moved = (
            update(lease)
            .where(_OURS, lease.c.token == self._token)
            .values(gseq=lease.c.gseq + count, expires_at=DatabaseTime(self._ttl))
            .returning(lease.c.gseq, *self._idle_limit())
        )
        row = (await connection.execute(moved)).one_or_none()
        if row is None:
            self._forget()
            raise LeaseLost(f"another relay took over from {self._owner!r}; nothing of this batch was applied")
        self._renewed = self._clock.monotonic()
        return int(row[0]) - count + 1

    async def release(self) -> None:
        """Let the next relay start at once. Call it when the relay stops."""
        token = self._token
        self._forget()
        if token is not None:
            freed = update(lease).where(_OURS, lease.c.token == token).values(owner="", expires_at=None)
            async with self._database.write.begin() as connection:
                await connection.execute(freed)

    async def _take(self) -> None:
        self._asked = self._clock.monotonic()
        taken = (
            update(lease)
            .where(_OURS, self._free())
            .values(owner=self._owner, token=lease.c.token + 1, expires_at=DatabaseTime(self._ttl))
            .returning(lease.c.token)
        )
        async with self._database.write.begin() as connection:
            token = await connection.scalar(taken)
        self._token = token
        self._renewed = self._asked
        self._may_seize = False

    def _free(self) -> ColumnElement[bool]:
        if self._may_seize:
            return true()
        return or_(lease.c.expires_at.is_(None), lease.c.expires_at < DatabaseTime())

    async def _renew(self) -> None:
        async with self._database.write.begin() as connection:
            await self.fence(connection, 0)

    def _forget(self) -> None:
        self._token = None
        self._asked = self._clock.monotonic()

    def _idle_limit(self) -> tuple[ColumnElement[Any], ...]:
        """A host that vanishes inside its transaction would hold the row's lock until TCP gives up on it."""
        if self._database.dialect != "postgresql":
            return ()
        milliseconds = str(max(1, round(self._ttl * 1000)))
        return (func.set_config("idle_in_transaction_session_timeout", milliseconds, True),)
