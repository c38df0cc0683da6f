"""The audiences that users belong to now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.inbox.rowset import TEXT, packed, rowset
from fanwire.store.tables import follow, membership


async def of_many(connection: AsyncConnection, users: Iterable[str]) -> defaultdict[str, set[str]]:
    """The streams of each user: of the creators they subscribe to, and of those they follow."""
    found = defaultdict[str, set[str]](set)
    asked = packed({"user_id": user} for user in users)
    for user, stream in await connection.execute(_of_many(connection.dialect.name), {"users": asked}):
        found[user].add(stream)
    return found


@cache
def _of_many(dialect: str) -> CompoundSelect[Any]:
    users = rowset(dialect, "users", {"user_id": TEXT})
    mine = (membership.c.user_id == users.c.user_id) & membership.c.to_gseq.is_(None)
    subscribed = select(membership.c.user_id, membership.c.stream).join_from(users, membership, mine)
    followed = select(follow.c.user_id, follow.c.stream).join_from(users, follow, follow.c.user_id == users.c.user_id)
    return union_all(subscribed, followed)
