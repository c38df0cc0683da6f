"""The people of the platform. Any valid token is somebody: an unknown id becomes a user with its first write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import tables
from fanwire.platform.answers import Person, SettingsAnswer
from fanwire.platform.rows import insert_new

_USER = (
    tables.user.c.id,
    tables.user.c.nickname,
    tables.user.c.bio,
    tables.user.c.avatar,
    tables.user.c.is_creator,
)


@dataclass(frozen=True)
class User:
    """One row of ``platform_user``."""

    id: str
    nickname: str
    bio: str = ""
    avatar: str | None = None
    is_creator: bool = False

    def person(self) -> Person:
        return Person(id=self.id, nickname=self.nickname, avatar=self.avatar)

    def settings(self) -> SettingsAnswer:
        return SettingsAnswer(
            id=self.id, nickname=self.nickname, bio=self.bio, avatar=self.avatar, is_creator=self.is_creator
        )


async def find(connection: AsyncConnection, user_id: str) -> User | None:
    """The user of this id, if there is one yet."""
    row = (await connection.execute(select(*_USER).where(tables.user.c.id == user_id))).one_or_none()
    return None if row is None else User(*row)


async def ensure(connection: AsyncConnection, user_id: str, now: datetime) -> User:
    """The user of this id, made (nickname = id) if this is their first write."""
    found = await find(connection, user_id)
    if found is None and not await insert_new(connection, tables.user, _new(user_id, now)):
        # Another transaction was first, and may have named them.
        found = await find(connection, user_id)
    return found or User(user_id, user_id)


def _new(user_id: str, now: datetime) -> dict[str, object]:
    return {"id": user_id, "nickname": user_id, "created_at": now}


async def change(connection: AsyncConnection, user_id: str, changes: dict[str, str | bool | None]) -> User:
    """Write ``changes`` (columns by name) to the row of ``user_id``, which exists."""
    statement = update(tables.user).where(tables.user.c.id == user_id).values(**changes).returning(*_USER)
    return User(*(await connection.execute(statement)).one())


async def people(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, User]:
    """The users of these ids, by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = await connection.execute(select(*_USER).where(tables.user.c.id.in_(wanted)))
    return {row.id: User(*row) for row in rows}
