"""A reader's own acts: the user's state row first, then the change, then its frame, all in one transaction.

The count comes last, in one statement that also reads the head of the order: the pair is exact even while the
relay adds to the reader's streams. An act that changes nothing says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.errors import NotFound
from fanwire.frames import Draft, notifications, numbered
from fanwire.inbox import counts, listing
from fanwire.inbox.counts import NOT_READ, State
from fanwire.inbox.load import load
from fanwire.inbox.lock import lock
from fanwire.inbox.marks import mark
from fanwire.inbox.needs import Needs
from fanwire.inbox.save import save
from fanwire.store import wakeup
from fanwire.store.tables import frame, inbox_exception, inbox_item, inbox_user

# From the counts after the act to what it says.
Say = Callable[[State], Draft]


class Act:
    """One act of one user. ``event_id`` names its frame; it is used at most once."""

    def __init__(self, connection: AsyncConnection, user: str, event_id: str, now: datetime) -> None:
        self._connection = connection
        self._user = user
        self._event_id = event_id
        self._now = now

    async def mark_read(self, item_id: str) -> State:
        """One item is read.

        Raises:
            NotFound: the user has no such item.
        """
        if "\0" in item_id:  # PostgreSQL cannot even ask for it
            raise NotFound("no such notification in this inbox")
        needs = Needs()
        needs.seek_item(self._user, item_id)
        ledger = await load(self._connection, needs, counting=False, create=False)
        marked = mark(ledger, self._user, item_id)
        if marked is None:
            raise NotFound("no such notification in this inbox")
        if not marked:
            return await self._state()
        ledger.readers[self._user].next(position=0)  # the version; the counts are read below
        await save(self._connection, ledger, self._now)
        return await self._say(lambda state: notifications.read(self._user, item_id, state.counts()))

    async def mark_all_read(self, up_to: int | None) -> State:
        """All items at or below gseq ``up_to`` (the head, if None or above it) are read."""
        state = await self._locked_state()
        target = state.position if up_to is None else min(up_to, state.position)
        if target <= state.read_gseq or not state.unread:
            return state
        await self._move(target, state.clear_gseq)
        return await self._say(lambda after: notifications.all_read(self._user, target, after.counts()))

    async def clear(self, up_to: int | None) -> State:
        """All items at or below gseq ``up_to`` (the head, if None or above it) leave the list."""
        state = await self._locked_state()
        target = state.position if up_to is None else min(up_to, state.position)
        if target <= state.clear_gseq or not await listing.newest(self._connection, state, limit=1, up_to=target):
            return state
        await self._move(max(target, state.read_gseq), target)
        return await self._say(lambda after: notifications.cleared(self._user, target, after.counts()))

    async def _locked_state(self) -> State:
        await lock(self._connection, [self._user], create=False)
        return await self._state()

    async def _state(self) -> State:
        return await counts.of(self._connection, self._user)

    async def _move(self, read_gseq: int, clear_gseq: int) -> None:
        """Move the watermarks forward, and count the personal items above."""
        item = inbox_item.c
        above = (item.user_id == self._user) & NOT_READ & (item.gseq > read_gseq)
        unread = select(func.count()).select_from(inbox_item).where(above).scalar_subquery()
        moved = {"read_gseq": read_gseq, "clear_gseq": clear_gseq, "unread": unread}
        mine = inbox_user.c.user_id == self._user
        await self._connection.execute(update(inbox_user).where(mine).values(version=inbox_user.c.version + 1, **moved))
        # Those at or below the watermark say nothing any more.
        below = (inbox_exception.c.user_id == self._user) & (inbox_exception.c.gseq <= read_gseq)
        await self._connection.execute(delete(inbox_exception).where(below))

    async def _say(self, say: Say) -> State:
        state = await self._state()
        for one in numbered(self._event_id, [say(state)]):
            row = msgspec.structs.asdict(one)
            row |= {"target": one.target.value, "data": msgspec.json.encode(one.data).decode(), "created_at": self._now}
            await self._connection.execute(insert(frame).values(row))
        wakeup.announce(self._connection)
        return state
