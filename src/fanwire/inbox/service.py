"""One user's inbox: reads, and the reader's own acts. Everything is scoped by its owner."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire import ids
from fanwire.clock import Clock, utc
from fanwire.errors import BadLimit
from fanwire.frames import notifications
from fanwire.inbox import counts, listing, memberships
from fanwire.inbox import cursor as cursors
from fanwire.inbox.acts import Act
from fanwire.inbox.counts import State
from fanwire.inbox.listing import Listed
from fanwire.inbox.transactions import AnyAsyncSession, reading, writing
from fanwire.store.database import Database

SNAPSHOT_SIZE = 20
MAX_LIMIT = 100


class Snapshot(msgspec.Struct, frozen=True):
    """Where a subscription to a user's notifications starts: ``data`` is what the client gets.

    Personal frames up to ``version`` and audience frames up to gseq ``position`` are in it. ``streams`` are the
    audiences that the user belongs to at ``position``.
    """

    data: dict[str, Any]
    version: int
    position: int
    streams: frozenset[str]


class Page(NamedTuple):
    """Newest first. ``next_cursor`` is None at the end of the list."""

    notifications: list[dict[str, Any]]
    unread_count: int
    next_cursor: str | None


class Inbox:
    """The inbox service over one database. ``new_id`` names the frames of acts."""

    def __init__(self, database: Database, clock: Clock, new_id: ids.IdMaker = ids.event_id) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def snapshot(self, user: str) -> Snapshot:
        """The newest 20 unread items, the counts and the streams, from one consistent read."""
        return (await self.snapshots([user]))[user]

    async def snapshots(self, users: Collection[str]) -> dict[str, Snapshot]:
        """Those of many users, all from one consistent read; on PostgreSQL in five statements."""
        async with reading(self._database) as connection:
            states = await counts.of_many(connection, users)
            unread = await listing.newest_unread(connection, states.values(), limit=SNAPSHOT_SIZE)
            streams = await memberships.of_many(connection, users)
        return {user: _snapshot(state, unread[user], streams[user]) for user, state in states.items()}

    async def page(self, user: str, *, limit: int = 20, cursor: str | None = None) -> Page:
        """At most ``limit`` (1 to 100) items of the list, after the page that gave ``cursor``.

        Raises:
            BadLimit: ``limit`` is out of bounds.
            BadCursor: ``cursor`` was not given by this list, for this user.
        """
        if not 1 <= limit <= MAX_LIMIT:
            raise BadLimit(f"limit must be from 1 to {MAX_LIMIT}, not {limit}")
        up_to = counts.END if cursor is None else cursors.decode(user, cursor) - 1
        async with reading(self._database) as connection:
            state = await counts.of(connection, user)
            found = await listing.newest(connection, state, limit=limit + 1, up_to=up_to)
        shown = found[:limit]
        more = cursors.encode(user, shown[-1].item.gseq) if len(found) > limit else None
        return Page([notifications.wire(one.item, is_read=one.is_read) for one in shown], state.unread, more)

    async def unread_count(self, user: str) -> int:
        """How many items of the list are unread: exact, and not capped."""
        async with self._database.peek.connect() as connection:
            return (await counts.of(connection, user)).unread

    async def mark_read(self, user: str, notification_id: str, *, session: AnyAsyncSession | None = None) -> int:
        """One item is read; the unread count afterwards. A repeat changes nothing.

        With ``session`` the act is part of the caller's transaction (read committed), which must be short: it
        holds the user's state row.

        Raises:
            NotFound: ``user`` has no such item (somebody else may).
        """
        async with writing(self._database, session) as connection:
            return (await self._act(connection, user).mark_read(notification_id)).unread

    async def mark_all_read(
        self, user: str, *, up_to: int | None = None, session: AnyAsyncSession | None = None
    ) -> int:
        """All items are read, or those at or below gseq ``up_to``; the unread count afterwards.

        ``up_to`` is a ``position`` that the reader has seen: what came after it stays unread. ``session`` as in
        ``mark_read``.
        """
        async with writing(self._database, session) as connection:
            return (await self._act(connection, user).mark_all_read(up_to)).unread

    async def clear(self, user: str, *, up_to: int | None = None, session: AnyAsyncSession | None = None) -> int:
        """The list is emptied (archived), or what of it is at or below gseq ``up_to``; the unread count afterwards.

        ``session`` as in ``mark_read``.
        """
        async with writing(self._database, session) as connection:
            return (await self._act(connection, user).clear(up_to)).unread

    def _act(self, connection: AsyncConnection, user: str) -> Act:
        return Act(connection, user, self._new_id(), utc(self._clock))


def _snapshot(state: State, unread: Iterable[Listed], streams: Iterable[str]) -> Snapshot:
    data = notifications.snapshot([one.item for one in unread], state.counts())
    return Snapshot(data, state.version, state.position, frozenset(streams))
