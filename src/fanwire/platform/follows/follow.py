"""Follow a creator, stop, list. Who follows sees open posts live; only a subscription opens locked ones."""

from __future__ import annotations

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.creators import follow_creator, unfollow_creator
from fanwire.platform import blocks, users
from fanwire.platform.act import Act
from fanwire.platform.cursor import Cursor
from fanwire.platform.follows.answers import FollowAnswer, Following, FollowPage
from fanwire.platform.follows.tables import follow
from fanwire.platform.problems import Invalid, Missing
from fanwire.platform.rows import insert_new

_COLUMNS = follow.c


async def start(act: Act, creator_id: str) -> Following:
    """Follow a creator. A second time changes nothing, tells nobody and is answered the same.

    Raises:
        Invalid: somebody follows themselves.
        Missing: there is no such creator.
        Blocked: one of the two has blocked the other.
    """
    if creator_id == act.user.id:
        raise Invalid("creatorId: nobody follows themselves; name another creator.")
    creator = await users.find(act.connection, creator_id)
    if creator is None or not creator.is_creator:
        raise Missing(f"There is no creator '{creator_id}'; a user becomes one by publishing a post.")
    await blocks.demand(act.connection, creator_id, act.user.id)
    row = {"user_id": act.user.id, "creator_id": creator_id, "created_at": act.now}
    if await insert_new(act.connection, follow, row):
        await follow_creator(act.user.id, creator_id, session=act.connection)
    return Following(following=True)


async def stop(act: Act, creator_id: str) -> Following:
    """Follow no more; who did not follow is answered the same."""
    statement = delete(follow).where(_COLUMNS.user_id == act.user.id, _COLUMNS.creator_id == creator_id)
    if (await act.connection.execute(statement)).rowcount:
        await unfollow_creator(act.user.id, creator_id, session=act.connection)
    return Following(following=False)


async def page(connection: AsyncConnection, user_id: str, limit: int, after: Cursor | None) -> FollowPage:
    """At most ``limit`` of those whom ``user_id`` follows, the newest first."""
    order = (_COLUMNS.created_at.desc(), _COLUMNS.creator_id.desc())
    statement = (
        select(_COLUMNS.creator_id, _COLUMNS.created_at)
        .where(_COLUMNS.user_id == user_id)
        .order_by(*order)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(_COLUMNS.created_at, _COLUMNS.creator_id) < tuple_(after.at, after.id))
    found = (await connection.execute(statement)).all()
    shown = found[:limit]
    creators = await users.people(connection, (row.creator_id for row in shown))
    return FollowPage(
        follows=[
            FollowAnswer(
                creator_id=row.creator_id, creator=creators[row.creator_id].person(), created_at=row.created_at
            )
            for row in shown
        ],
        next_cursor=Cursor(shown[-1].created_at, shown[-1].creator_id).encode() if len(found) > limit else None,
    )
