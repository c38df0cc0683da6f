"""The access log as a batch meets it: which facts the relay has applied, and which of the batch are news."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.access.writer import Said, record
from fanwire.inbox.names import stream_of
from fanwire.inbox.rowset import MOMENT, NUMBER, TEXT, moment, packed, rowset, value
from fanwire.payloads.access import Fact, block_of
from fanwire.store.tables import access, membership

Pair = tuple[str, str]


class Applied(NamedTuple):
    """A fact with its place in the log."""

    id: int
    kind: str
    tier: str | None
    until: datetime | None


class AccessLog:
    """What holds of the users and resources of a batch, as far as the relay has got in the log.

    The order of the log decides, not that of the outbox: of two transactions at once each may come first in
    either, and the permissions follow the log.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._own: dict[str, tuple[int, bool]] = {}
        self._newest: dict[Pair, Applied] = {}
        self.admitted: dict[str, int] = {}
        self.ends: dict[Pair, datetime | None] = {}

    def load_own(self, event_id: str, id: int, applied: bool) -> None:
        self._own[event_id] = (id, applied)

    def load_newest(self, user: str, resource: str, applied: Applied) -> None:
        self._newest[user, resource] = applied

    def admit(self, event_id: str, fact: Fact, gseq: int) -> bool:
        """Take a fact for applied; False if a newer one was applied before, or this one itself was."""
        id, was_applied = self._own[event_id]
        if not was_applied:
            self.admitted[event_id] = gseq
        newest = self._newest.get((fact.user, fact.resource))
        if newest is not None and newest.id >= id:
            return False
        self._newest[fact.user, fact.resource] = Applied(id, fact.kind, fact.tier, fact.until)
        return True

    def subscription(self, user: str, creator: str) -> Applied | None:
        """What opens the creator's audience to ``user`` now: an active grant, without a block."""
        grant = self._newest.get((user, stream_of(creator)))
        if grant is None or grant.kind != "grant" or self.is_blocked(user, creator):
            return None
        return grant if grant.until is None or grant.until > self._now else None

    def is_blocked(self, user: str, creator: str) -> bool:
        known = self._newest.get((user, block_of(creator)))
        return known is not None and known.kind == "block"

    def set_end(self, user: str, stream: str, until: datetime | None) -> None:
        """An open membership ends by itself at ``until`` (None: never)."""
        self.ends[user, stream] = until


async def load(connection: AsyncConnection, said: Sequence[Said], pairs: Collection[Pair], now: datetime) -> AccessLog:
    """Read what the facts of a batch meet. A fact whose writer left it out of the log is added to it."""
    log = AccessLog(now)
    if not said and not pairs:
        return log
    missing = await _own(connection, log, said)
    if missing:
        await connection.run_sync(record, missing)
        await _own(connection, log, missing)
    asked = packed({"user_id": user, "resource": resource} for user, resource in pairs)
    for row in await connection.execute(_newest(connection.dialect.name), {"asked": asked}):
        log.load_newest(row.user_id, row.resource, _applied(row))
    return log


async def save(connection: AsyncConnection, log: AccessLog) -> None:
    """Note what was applied, and when the open memberships end. After the memberships themselves are saved."""
    if log.admitted:
        rows = packed({"event_id": event_id, "gseq": gseq} for event_id, gseq in log.admitted.items())
        await connection.execute(_mark_applied(connection.dialect.name), {"rows": rows})
    if log.ends:
        rows = packed(
            {"user_id": user, "stream": stream, "until": None if until is None else moment(until)}
            for (user, stream), until in log.ends.items()
        )
        await connection.execute(_set_ends(connection.dialect.name), {"rows": rows})


async def _own(connection: AsyncConnection, log: AccessLog, said: Sequence[Said]) -> list[Said]:
    """Find the log's rows of these events; returns the events that have none."""
    if not said:
        return []
    asked = packed({"event_id": one.event_id} for one in said)
    found = (await connection.execute(_of_events(connection.dialect.name), {"asked": asked})).all()
    for row in found:
        log.load_own(row.event_id, row.id, row.applied is not None)
    known = {row.event_id for row in found}
    return [one for one in said if one.event_id not in known]


def _applied(row: Row[Any]) -> Applied:
    return Applied(row.id, row.kind, row.tier, row.until)


@cache
def _of_events(dialect: str) -> Select[Any]:
    asked = rowset(dialect, "asked", {"event_id": TEXT})
    columns = (access.c.event_id, access.c.id, access.c.applied)
    return select(*columns).join_from(asked, access, access.c.event_id == asked.c.event_id)


@cache
def _newest(dialect: str) -> Select[Any]:
    """The newest applied fact of each pair."""
    asked = rowset(dialect, "asked", {"user_id": TEXT, "resource": TEXT})
    other = access.alias()
    mine = (other.c.user_id == asked.c.user_id) & (other.c.resource == asked.c.resource)
    newest = select(func.max(other.c.id)).where(mine, other.c.applied.is_not(None)).correlate(asked).scalar_subquery()
    log = access.c
    columns = (log.user_id, log.resource, log.id, log.kind, log.tier, log.until)
    return select(*columns).join_from(asked, access, log.id == newest)


@cache
def _mark_applied(dialect: str) -> Update:
    rows = rowset(dialect, "rows", {"event_id": TEXT, "gseq": NUMBER})
    return update(access).values(applied=rows.c.gseq).where(access.c.event_id == rows.c.event_id)


@cache
def _set_ends(dialect: str) -> Update:
    rows = rowset(dialect, "rows", {"user_id": TEXT, "stream": TEXT, "until": MOMENT})
    mine = (membership.c.user_id == rows.c.user_id) & (membership.c.stream == rows.c.stream)
    until = value(dialect, rows, "until", MOMENT)
    return update(membership).values(until=until).where(mine, membership.c.to_gseq.is_(None))
