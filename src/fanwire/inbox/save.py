"""Write down what a batch changed: one statement for each kind of change, in the transaction of ``load``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from fanwire.frames.notifications import Item
from fanwire.inbox import counters, writes
from fanwire.inbox.audience import Interval
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.names import is_following
from fanwire.inbox.rowset import moment, packed


async def save(connection: AsyncConnection, ledger: Ledger, now: datetime) -> None:
    """Bring the database to the ledger's end. ``now`` is when posts are said to be deleted."""
    saving = _Saving(connection)
    await saving.personal(ledger)
    await saving.audience(ledger, now)
    await saving.memberships(ledger)
    await saving.readers(ledger)
    await counters.save(connection, ledger.counters)


class _Saving:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    async def personal(self, ledger: Ledger) -> None:
        items = ledger.personal
        gone = ({"user_id": item.user, "item_id": item.item_id} for item in items.withdrawn())
        await self._write(writes.delete_items(self._dialect), gone)
        marked = ({"user_id": item.user, "item_id": item.item_id} for item in items.marked())
        await self._write(writes.mark_items(self._dialect), marked)
        new = (
            {
                "user_id": item.user,
                "natural_key": item.natural_key,
                "collapse_key": item.collapse_key,
                "subject": item.subject,
                "is_read": item.is_read,
                **_content(content),
            }
            for item, content in items.new()
        )
        await self._write(writes.insert_items(self._dialect), new)
        spent = ({"user_id": user, "natural_key": key} for user, key in items.spent)
        await self._write(writes.insert_spent_keys(self._dialect), spent)

    async def audience(self, ledger: Ledger, now: datetime) -> None:
        published = (
            {"stream": item.stream, "n": item.n, "natural_key": item.natural_key, **_content(content)}
            for item, content in ledger.audience.published
        )
        await self._write(writes.insert_audience_items(self._dialect), published)
        holes = ({"gseq": item.gseq, "deleted_at": moment(now)} for item in ledger.audience.holes)
        await self._write(writes.dig_holes(self._dialect), holes)
        excepted = (
            {"user_id": user, "gseq": item.gseq, "stream": item.stream, "state": "read"}
            for user, item in ledger.audience.excepted
        )
        await self._write(writes.insert_exceptions(self._dialect), excepted)

    async def memberships(self, ledger: Ledger) -> None:
        # One that opened and closed within the batch is inserted with its end.
        joined, opened = ledger.audience.joined, set(map(id, ledger.audience.joined))
        left = [one for one in ledger.audience.left if id(one) not in opened]
        await self._write(writes.close_intervals(self._dialect), _intervals(left, following=False))
        await self._write(writes.open_intervals(self._dialect), _intervals(joined, following=False))
        # Of followers only those are kept who follow now.
        await self._write(writes.delete_follows(self._dialect), _intervals(left, following=True))
        staying = (one for one in joined if one.to_gseq is None)
        await self._write(writes.insert_follows(self._dialect), _intervals(staying, following=True))

    async def readers(self, ledger: Ledger) -> None:
        moved = [
            {
                "user_id": reader.user,
                "version": reader.version,
                "unread": reader.personal,
                "read_gseq": reader.read_gseq,
                "clear_gseq": reader.clear_gseq,
            }
            for reader in ledger.readers.values()
            if reader.changed
        ]
        await self._write(writes.update_readers(self._dialect), moved)
        readers = ledger.readers.values()
        cleared = ({"user_id": reader.user, "gseq": reader.read_gseq} for reader in readers if reader.cleared)
        await self._write(writes.forget_exceptions(self._dialect), cleared)

    async def _write(self, statement: Executable, rows: Iterable[Mapping[str, Any]]) -> None:
        listed = list(rows)
        if listed:
            await self._connection.execute(statement, {"rows": packed(listed)})


def _content(item: Item) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "gseq": item.gseq,
        "type": item.type,
        "title": item.title,
        "message": item.message,
        "metadata": item.metadata,
        "created_at": moment(item.created_at),
    }


def _intervals(intervals: Iterable[Interval], *, following: bool) -> Iterator[dict[str, Any]]:
    return (
        {"user_id": one.user, "stream": one.stream, "from_gseq": one.from_gseq, "to_gseq": one.to_gseq}
        for one in intervals
        if is_following(one.stream) is following
    )
