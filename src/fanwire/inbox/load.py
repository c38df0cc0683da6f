"""Read what a batch needs into a ledger: a fixed number of statements, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.inbox import counts, reads
from fanwire.inbox.audience import AudienceItem, Interval
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.lock import lock
from fanwire.inbox.names import is_following
from fanwire.inbox.needs import Needs
from fanwire.inbox.personal import PersonalItem
from fanwire.inbox.reads import Reading
from fanwire.inbox.rowset import packed


async def load(connection: AsyncConnection, needs: Needs, *, counting: bool = True, create: bool = True) -> Ledger:
    """Lock the users' states, then read. Nothing that the ledger holds can change until the transaction ends,
    for only the relay adds and removes items and members, and a reader's acts take the same lock.

    ``counting=False`` leaves the audience counters at zero; ``create=False`` leaves out users without a state.
    """
    loading = _Loading(connection, needs)
    await loading.replaced_items()
    await loading.readers(create=create)
    if counting:
        await loading.unread()
    await loading.audience()
    await loading.personal()
    return loading.ledger


class _Loading:
    def __init__(self, connection: AsyncConnection, needs: Needs) -> None:
        self.ledger = Ledger()
        self._connection = connection
        self._dialect = connection.dialect.name
        self._needs = needs

    async def replaced_items(self) -> None:
        """Who has personal items that a post of this batch takes the place of: their states move as well."""
        needs = self._needs
        if not needs.posts:
            return
        posts = packed({"subject": post, "stream": stream} for post, stream in needs.posts)
        users = packed({"user_id": user} for user in needs.users)
        found = await self._connection.execute(reads.replaced(self._dialect), {"posts": posts, "users": users})
        needs.items |= {(row.user_id, row.item_id) for row in found}
        needs.users |= {user for user, _ in needs.items}

    async def readers(self, *, create: bool) -> None:
        if self._needs.users:
            self.ledger.readers = await lock(self._connection, sorted(self._needs.users), create=create)

    async def unread(self) -> None:
        if self.ledger.readers:
            for user, state in (await counts.of_many(self._connection, self.ledger.readers)).items():
                self.ledger.readers[user].audience = state.audience

    async def audience(self) -> None:
        await self._audience_items()
        await self._heads()
        await self._intervals()
        await self._exceptions()

    async def personal(self) -> None:
        needs, personal = self._needs, self.ledger.personal
        by_key = await self._read(reads.items_by_key(self._dialect), _names(needs.keys))
        by_id = await self._read(reads.items_by_id(self._dialect), _names(needs.items))
        collapsing = await self._read(reads.newest_under(self._dialect), _names(needs.collapsing))
        for row in (*by_key, *by_id):
            if row.item_id is None:
                personal.load_spent(row.user_id, row.name)
            else:
                personal.load(_item(row))
        for row in collapsing:
            personal.load(_item(row))

    async def _audience_items(self) -> None:
        needs = self._needs
        by_key = await self._read(reads.audience_by_key(self._dialect), ({"name": key} for key in needs.audience_keys))
        by_id = await self._read(reads.audience_by_id(self._dialect), ({"name": name} for name in needs.audience_items))
        for row in {row.item_id: row for row in (*by_key, *by_id)}.values():
            deleted = row.deleted_at is not None
            self.ledger.audience.load(AudienceItem(row.item_id, row.stream, row.gseq, row.natural_key, deleted))

    async def _heads(self) -> None:
        streams = ({"stream": stream} for stream in self._needs.gatherings)
        for row in await self._read(reads.heads(self._dialect), streams):
            self.ledger.audience.load_head(row.stream, row.n or 0)

    async def _intervals(self) -> None:
        needs = self._needs
        pairs = set(needs.memberships)
        pairs |= {(user, stream) for stream in needs.gatherings for user in needs.users}
        pairs |= {(user, item.stream) for item in self.ledger.audience.items() for user in needs.interested(item)}
        rows = [{"user_id": user, "stream": stream} for user, stream in pairs]
        subscribed = (row for row in rows if not is_following(row["stream"]))
        follows = (row for row in rows if is_following(row["stream"]))
        for row in await self._read(reads.intervals(self._dialect), subscribed):
            self.ledger.audience.load_interval(Interval(row.user_id, row.stream, row.from_gseq, row.to_gseq))
        for row in await self._read(reads.follows(self._dialect), follows):
            self.ledger.audience.load_interval(Interval(row.user_id, row.stream, row.from_gseq))

    async def _exceptions(self) -> None:
        audience = self.ledger.audience
        pairs = {(user, item.gseq) for item in audience.items() for user in self._needs.interested(item)}
        rows = ({"user_id": user, "gseq": gseq} for user, gseq in pairs)
        for row in await self._read(reads.exceptions(self._dialect), rows):
            audience.load_exception(row.user_id, row.gseq)

    async def _read(self, statement: Reading, rows: Iterable[Mapping[str, Any]]) -> list[Row[Any]]:
        """One statement over the rows it asks for, or none when it asks for nothing."""
        asked = list(rows)
        if not asked:
            return []
        return list((await self._connection.execute(statement, {"asked": packed(asked)})).all())


def _names(pairs: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
    return ({"user_id": user, "name": name} for user, name in pairs)


def _item(row: Row[Any]) -> PersonalItem:
    return PersonalItem(row.user_id, row.item_id, row.gseq, row.is_read, row.subject, row.natural_key, row.collapse_key)
