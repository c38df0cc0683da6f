"""What users may see by subscription or purchase: the newest row of the access log for a (user, resource)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock, utc
from fanwire.store.database import Database
from fanwire.store.tables import access


class Grant(msgspec.Struct, frozen=True):
    """Access that is active now, until an aware datetime or (None) until it is revoked."""

    tier: str | None = None
    until: datetime | None = None


class Facts:
    """Reads the access log; what the database's last commit says is what holds, nothing is cached."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def grants(self, user: str, resources: Collection[str]) -> dict[str, Grant]:
        """The active grants of ``user`` on these resources (``creator:{id}``, ``post:{id}``); the rest is left out."""
        async with self._database.peek.connect() as connection:
            return await grants_on(connection, user, resources, utc(self._clock))

    async def ended(self, user: str, resources: Collection[str]) -> str:
        """Why ``user`` has no access by these resources any more: the newest revocation's reason, "expired", or "".

        An active grant is not looked at: ask only after a denial, where one can only be of too low a tier.
        """
        log = access.c
        newest = select(log.kind, log.until, log.reason).where(log.user_id == user, log.resource.in_(resources))
        async with self._database.peek.connect() as connection:
            row = (await connection.execute(newest.order_by(log.id.desc()).limit(1))).first()
        if row is None:
            return ""
        if row.kind == "revoke":
            return row.reason or "revoked"
        return "downgraded" if row.until is None or row.until > utc(self._clock) else "expired"


async def grants_on(
    connection: AsyncConnection, user: str, resources: Collection[str], now: datetime
) -> dict[str, Grant]:
    """``Facts.grants`` as the transaction of ``connection`` sees it: for a platform that decides inside its own."""
    log = access.c
    newest = select(func.max(log.id)).where(log.user_id == user, log.resource.in_(resources)).group_by(log.resource)
    active = (log.kind == "grant") & or_(log.until.is_(None), log.until > now)
    found = select(log.resource, log.tier, log.until).where(log.id.in_(newest), active)
    return {row.resource: Grant(row.tier, row.until) for row in await connection.execute(found)}
