"""The state rows of users, locked: whoever changes an inbox takes them first, in the order of their ids."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Insert, Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.inbox.reader import Reader
from fanwire.inbox.rowset import TEXT, packed, rowset
from fanwire.store.tables import inbox_user


async def lock(connection: AsyncConnection, users: Collection[str], *, create: bool) -> dict[str, Reader]:
    """The readers, held until the transaction ends. Without ``create``, users who have no state are left out."""
    readers = await _locked(connection, users)
    missing = [user for user in users if user not in readers]
    if create and missing:
        await connection.execute(_creating(connection.dialect.name), {"users": _packed(missing)})
        readers |= await _locked(connection, missing)
    return readers


async def _locked(connection: AsyncConnection, users: Collection[str]) -> dict[str, Reader]:
    result = await connection.execute(_locking(connection.dialect.name), {"users": _packed(users)})
    return {row.user_id: Reader(row.user_id, row.version, row.unread, row.read_gseq, row.clear_gseq) for row in result}


def _packed(users: Collection[str]) -> str:
    return packed({"user_id": user} for user in users)


@cache
def _locking(dialect: str) -> Select[Any]:
    asked = rowset(dialect, "users", {"user_id": TEXT})
    mine = inbox_user.c.user_id.in_(select(asked.c.user_id))
    return select(inbox_user).where(mine).order_by(inbox_user.c.user_id).with_for_update()


@cache
def _creating(dialect: str) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    asked = rowset(dialect, "users", {"user_id": TEXT})
    # SQLite reads ON CONFLICT after a SELECT without WHERE as the ON of a join.
    rows = select(asked.c.user_id).where(asked.c.user_id.is_not(None)).order_by(asked.c.user_id)
    return insert(inbox_user).from_select(["user_id"], rows).on_conflict_do_nothing()
