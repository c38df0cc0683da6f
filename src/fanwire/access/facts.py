"""What users may see by subscription or purchase, and who blocked them: the newest row of each (user, resource)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import Clock, utc
from fanwire.payloads.access import streams_of
from fanwire.store.arrays import among
from fanwire.store.database import Database
from fanwire.store.tables import ENDING, access

# Longer than the history of channels that ask for access, unless ``Facts`` is told otherwise.
REMEMBERED: Final = timedelta(hours=1)
# A place in the global order above all others.
UNKNOWN: Final = 2**63 - 1


class Grant(msgspec.Struct, frozen=True):
    """A fact that holds now, until an aware datetime or (None) until it is taken back.

    ``kind`` is ``grant`` of access, or on ``block:`` resources ``block`` or ``unblock``. What was published with a
    version (gseq) up to ``since`` is from before it; 0 when no history reaches back so far.
    """

    tier: str | None = None
    until: datetime | None = None
    since: int = 0
    kind: str = "grant"


class Facts:
    """Reads the access log; what the database's last commit says is what holds, nothing is cached."""

    def __init__(self, database: Database, clock: Clock, remembered: timedelta = REMEMBERED) -> None:
        """``remembered`` is how far back the history of a channel that asks for access may reach."""
        self._database = database
        self._clock = clock
        self._remembered = remembered

    async def grants(self, user: str, resources: Collection[str]) -> dict[str, Grant]:
        """What holds for ``user`` of these resources (``creator:``, ``post:``, ``block:``); the rest is left out."""
        async with self._database.look() as connection:
            return await grants_on(connection, user, resources, utc(self._clock), self._remembered)

    async def ended(self, user: str, resources: Collection[str]) -> str:
        """Why ``user`` has no access by these resources any more: the newest revocation's reason, "expired", or "".

        An active grant is not looked at: ask only after a denial, where one can only be of too low a tier.
        """
        log = access.c
        newest = select(log.kind, log.until, log.reason).where(log.user_id == user, log.resource.in_(resources))
        async with self._database.look() as connection:
            row = (await connection.execute(newest.order_by(log.id.desc()).limit(1))).first()
        if row is None:
            return ""
        if row.kind == "revoke":
            return row.reason or "revoked"
        return "downgraded" if row.until is None or row.until > utc(self._clock) else "expired"

    async def left(self, users: Collection[str]) -> set[tuple[str, str]]:
        """Audiences that ``users`` have lost though the relay has not come to it yet: (user, stream)."""
        log, newer = access.c, access.alias("newer").c
        overtaken = exists().where(newer.user_id == log.user_id, newer.resource == log.resource, newer.id > log.id)
        unheard = log.applied.is_(None) & log.kind.in_(ENDING)
        async with self._database.look() as connection:
            mine = select(log.user_id, log.resource).where(among(connection, log.user_id, list(users)), unheard)
            rows = (await connection.execute(mine.where(~overtaken))).all()
        return {(user, stream) for user, resource in rows for stream in streams_of(resource)}


async def grants_on(
    connection: AsyncConnection,
    user: str,
    resources: Collection[str],
    now: datetime,
    remembered: timedelta = REMEMBERED,
) -> dict[str, Grant]:
    """``Facts.grants`` as the transaction of ``connection`` sees it: for a platform that decides inside its own."""
    log = access.c
    newest = select(func.max(log.id)).where(log.user_id == user, log.resource.in_(resources)).group_by(log.resource)
    active = log.kind.in_(("grant", "block", "unblock")) & or_(log.until.is_(None), log.until > now)
    columns = (log.resource, log.tier, log.until, log.kind, log.applied, log.created_at)
    found = await connection.execute(select(*columns).where(log.id.in_(newest), active))
    return {row.resource: Grant(row.tier, row.until, _since(row, now - remembered), row.kind) for row in found}


def _since(row: Any, horizon: datetime) -> int:
    """Where in the order of all the fact begins; one that the relay has not applied yet begins after everything."""
    if row.created_at <= horizon:
        return 0
    return UNKNOWN if row.applied is None else int(row.applied)
