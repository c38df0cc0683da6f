"""Blocks: who is blocked cannot write to the blocker, and loses what the blocker publishes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, delete, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.access import block_user, unblock_user
from fanwire.platform import users
from fanwire.platform.act import Act
from fanwire.platform.answers import Success
from fanwire.platform.blocks import tables
from fanwire.platform.blocks.answers import BlockAnswer, BlockPage
from fanwire.platform.blocks.requests import NewBlock
from fanwire.platform.cursor import Cursor
from fanwire.platform.follows.tables import follow
from fanwire.platform.problems import Blocked, Invalid, Missing
from fanwire.platform.rows import insert_new

_COLUMNS = tables.block.c


async def demand(connection: AsyncConnection, author: str, user: str) -> None:
    """Let only those pass who are not blocked by ``author``, and have not blocked them.

    Raises:
        Blocked: with who has blocked whom.
    """
    one_way = and_(_COLUMNS.blocker_id == author, _COLUMNS.blocked_id == user)
    other_way = and_(_COLUMNS.blocker_id == user, _COLUMNS.blocked_id == author)
    found = set((await connection.execute(select(_COLUMNS.blocker_id).where(or_(one_way, other_way)))).scalars())
    if author in found:
        raise Blocked(f"User '{author}' has blocked you: you cannot write to them or act on what they publish.")
    if user in found:
        raise Blocked(f"You have blocked user '{author}'. DELETE /api/blocks/{author} takes it back.")


async def has_blocked(connection: AsyncConnection, blocker: str, user: str) -> bool:
    """Whether ``blocker`` wants to hear nothing of ``user``."""
    statement = select(_COLUMNS.blocker_id).where(_COLUMNS.blocker_id == blocker, _COLUMNS.blocked_id == user)
    return (await connection.execute(statement)).first() is not None


async def add(act: Act, body: NewBlock) -> BlockAnswer:
    """Block a user. A second time changes nothing and is answered the same.

    Raises:
        Invalid: somebody blocks themselves.
        Missing: there is no such user.
    """
    if body.user_id == act.user.id:
        raise Invalid("userId: nobody blocks themselves; name another user.")
    blocked = await users.find(act.connection, body.user_id)
    if blocked is None:
        raise Missing(f"There is no user '{body.user_id}'.")
    row = {"blocker_id": act.user.id, "blocked_id": blocked.id, "created_at": act.now}
    if await insert_new(act.connection, tables.block, row):
        await _end_following(act, blocked.id)
        await block_user(act.user.id, blocked.id, session=act.connection)
        return BlockAnswer(user=blocked.person(), created_at=act.now)
    since = select(_COLUMNS.created_at).where(_COLUMNS.blocker_id == act.user.id, _COLUMNS.blocked_id == blocked.id)
    return BlockAnswer(user=blocked.person(), created_at=(await act.connection.execute(since)).scalar_one())


async def _end_following(act: Act, blocked_id: str) -> None:
    """Fanwire ends it with the block, and an unblock does not bring it back: here it must not seem to go on."""
    columns = follow.c
    await act.connection.execute(delete(follow).where(columns.user_id == blocked_id, columns.creator_id == act.user.id))


async def remove(act: Act, user_id: str) -> Success:
    """Take a block back.

    Raises:
        Missing: the user is not blocked.
    """
    statement = delete(tables.block).where(_COLUMNS.blocker_id == act.user.id, _COLUMNS.blocked_id == user_id)
    if (await act.connection.execute(statement)).rowcount == 0:
        raise Missing(f"You have not blocked '{user_id}'. GET /api/blocks lists whom you have.")
    await unblock_user(act.user.id, user_id, session=act.connection)
    return Success()


@dataclass(frozen=True)
class BlockList:
    """Whom ``viewer`` has blocked; nobody else is told."""

    connection: AsyncConnection
    viewer: str

    async def page(self, limit: int, after: Cursor | None) -> BlockPage:
        """At most ``limit``, the newest first, older than ``after``."""
        statement = (
            select(_COLUMNS.blocked_id, _COLUMNS.created_at)
            .where(_COLUMNS.blocker_id == self.viewer)
            .order_by(_COLUMNS.created_at.desc(), _COLUMNS.blocked_id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            statement = statement.where(tuple_(_COLUMNS.created_at, _COLUMNS.blocked_id) < tuple_(after.at, after.id))
        found = (await self.connection.execute(statement)).all()
        shown = found[:limit]
        people = await users.people(self.connection, [row.blocked_id for row in shown])
        more = Cursor(shown[-1].created_at, shown[-1].blocked_id).encode() if len(found) > limit else None
        return BlockPage(
            blocks=[BlockAnswer(user=people[row.blocked_id].person(), created_at=row.created_at) for row in shown],
            next_cursor=more,
        )
