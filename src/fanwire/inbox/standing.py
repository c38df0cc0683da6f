"""Where the counters of a post stand now: what a subscription to its channel starts from."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.frames import counters
from fanwire.frames.counters import COMMENTS, LIKES, Counter
from fanwire.frames.posts import channel
from fanwire.store.database import Database
from fanwire.store.tables import counter

# Comments whose likes changed last. Older ones are what the page loaded, or loads.
MOST_COMMENTS = 100


class Standing:
    """Reads that are asked for before one of the same post has begun share it: a crowd that comes back costs one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._coming: dict[str, asyncio.Task[dict[str, Any] | None]] = {}

    async def of_post(self, post_id: str) -> dict[str, Any] | None:
        """The known counters (``frames.counters.known``), read after this call; None when none is known."""
        coming = self._coming.get(post_id)
        if coming is None:
            coming = self._coming[post_id] = asyncio.get_running_loop().create_task(self._read(post_id))
        # Who stops waiting must not take the answer from the others.
        return await asyncio.shield(coming)

    async def _read(self, post_id: str) -> dict[str, Any] | None:
        try:
            async with self._database.look() as connection:
                del self._coming[post_id]
                return counters.known(post_id, await _counters(connection, channel(post_id)))
        finally:
            if self._coming.get(post_id) is asyncio.current_task():
                del self._coming[post_id]


async def _counters(connection: AsyncConnection, name: str) -> list[Counter]:
    found = await connection.execute(_query(), {"channel": name, "most": MOST_COMMENTS})
    return [Counter(row.key, row.value, row.version) for row in found]


@cache
def _query() -> CompoundSelect[tuple[str, int, int]]:
    columns = select(counter.c.key, counter.c.value, counter.c.version).where(counter.c.channel == bindparam("channel"))
    own = (LIKES, COMMENTS)
    of_comments = (
        columns.where(counter.c.key.not_in(own)).order_by(counter.c.version.desc()).limit(bindparam("most")).subquery()
    )
    return union_all(columns.where(counter.c.key.in_(own)), select(of_comments))
