"""Memberships that end by themselves: the ``until`` of their grant has passed, and nobody said so."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.frames import Frame, access, numbered
from fanwire.inbox.apply_access import close
from fanwire.inbox.load import load
from fanwire.inbox.needs import Needs
from fanwire.inbox.save import save
from fanwire.store.tables import access as log
from fanwire.store.tables import membership

# Ids of the events that nobody sent are made from what ended.
_ENDS = uuid.UUID("0192f0c4-5a3e-7c11-9d2b-fa4e77100002")
_REASON = "expired"
_AUDIENCES = "creator:"


class Lapse(NamedTuple):
    """An open membership whose time is over."""

    user: str
    stream: str
    from_gseq: int

    @property
    def event_id(self) -> str:
        return str(uuid.uuid5(_ENDS, f"{self.user} {self.stream} {self.from_gseq}"))


async def lapsed(connection: AsyncConnection, now: datetime, limit: int) -> list[Lapse]:
    """At most ``limit`` of them, those that ended first before the others.

    One that was renewed is not among them, even while the renewal waits in the outbox.
    """
    mine = and_(log.c.user_id == membership.c.user_id, log.c.resource == membership.c.stream)
    other = log.alias()
    of_it = and_(other.c.user_id == membership.c.user_id, other.c.resource == membership.c.stream)
    newest = select(func.max(other.c.id)).where(of_it).correlate(membership).scalar_subquery()
    lasts = and_(log.c.kind == "grant", or_(log.c.until.is_(None), log.c.until > now))
    renewed = exists().where(mine, log.c.id == newest, lasts)
    ended = and_(membership.c.to_gseq.is_(None), membership.c.until <= now)
    columns = (membership.c.user_id, membership.c.stream, membership.c.from_gseq)
    found = select(*columns).where(ended, ~renewed).order_by(membership.c.until).limit(limit)
    return [Lapse(*row) for row in await connection.execute(found)]


async def apply_lapses(
    connection: AsyncConnection, lapses: Sequence[Lapse], first_gseq: int, now: datetime
) -> list[Frame]:
    """Close the memberships within the relay's transaction, and say so; ``lapses[i]`` takes ``first_gseq + i``.

    What came before stays in the inbox with its title and link; nothing comes after. The caller has moved
    ``relay_lease.gseq`` as for ``apply_rows``.
    """
    needs = Needs()
    for lapse in lapses:
        needs.users.add(lapse.user)
        needs.memberships.add((lapse.user, lapse.stream))
    ledger = await load(connection, needs)
    frames: list[Frame] = []
    for gseq, lapse in enumerate(lapses, first_gseq):
        said = access.cancelled(lapse.user, lapse.stream.removeprefix(_AUDIENCES), _REASON)
        drafts = close(ledger, lapse.user, lapse.stream, gseq, said, _REASON)
        frames += numbered(lapse.event_id, drafts, gseq)
    await save(connection, ledger, now)
    return frames
