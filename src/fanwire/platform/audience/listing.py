"""The pages of a creator's audience, and the creator's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import tables, users
from fanwire.platform.audience.answers import (
    CreatorAnswer,
    FollowerAnswer,
    FollowerPage,
    SubscriberAnswer,
    SubscriberPage,
)
from fanwire.platform.cursor import Cursor
from fanwire.platform.follows.tables import follow
from fanwire.platform.problems import Missing
from fanwire.platform.subscriptions.subscription import COLUMNS, read


async def creator(connection: AsyncConnection, creator_id: str) -> CreatorAnswer:
    """What everybody may know of a creator.

    Raises:
        Missing: there is no such creator.
    """
    found = await users.find(connection, creator_id)
    if found is None or not found.is_creator:
        raise Missing(f"There is no creator '{creator_id}'; a user becomes one by publishing a post.")
    return CreatorAnswer(id=found.id, nickname=found.nickname, bio=found.bio, avatar=found.avatar)


@dataclass(frozen=True)
class Audience:
    """Those who subscribe to one creator, and those who follow them."""

    connection: AsyncConnection
    creator_id: str

    async def subscribers(self, now: datetime, limit: int, after: Cursor | None) -> SubscriberPage:
        """At most ``limit`` subscriptions, newest first, ended ones too."""
        columns = tables.subscription.c
        statement = (
            select(*COLUMNS)
            .where(columns.creator_id == self.creator_id)
            .order_by(columns.created_at.desc(), columns.id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            statement = statement.where(tuple_(columns.created_at, columns.id) < tuple_(after.at, after.id))
        found = [read(row) for row in await self.connection.execute(statement)]
        shown = found[:limit]
        people = await users.people(self.connection, (each.user_id for each in shown))
        return SubscriberPage(
            subscribers=[
                SubscriberAnswer(user=people[each.user_id].person(), subscription=each.answer(now)) for each in shown
            ],
            next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if len(found) > limit else None,
        )

    async def followers(self, limit: int, after: Cursor | None) -> FollowerPage:
        """At most ``limit`` followers, newest first."""
        columns = follow.c
        statement = (
            select(columns.user_id, columns.created_at)
            .where(columns.creator_id == self.creator_id)
            .order_by(columns.created_at.desc(), columns.user_id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            statement = statement.where(tuple_(columns.created_at, columns.user_id) < tuple_(after.at, after.id))
        found = (await self.connection.execute(statement)).all()
        shown = found[:limit]
        people = await users.people(self.connection, (row.user_id for row in shown))
        return FollowerPage(
            followers=[FollowerAnswer(user=people[row.user_id].person(), created_at=row.created_at) for row in shown],
            next_cursor=Cursor(shown[-1].created_at, shown[-1].user_id).encode() if len(found) > limit else None,
        )
