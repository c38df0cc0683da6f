"""The auctions that a viewer may see, the one that ends last first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import posts
from fanwire.platform import tables as platform
from fanwire.platform.access import grants_of, may_read
from fanwire.platform.auctions import tables
from fanwire.platform.auctions.answers import AuctionPage
from fanwire.platform.auctions.auction import Auction
from fanwire.platform.cursor import Cursor
from fanwire.platform.posts import Post

_COLUMNS = tables.auction.c
_POST = platform.post.c


async def page(
    connection: AsyncConnection, viewer: str | None, now: datetime, limit: int, after: Cursor | None
) -> AuctionPage:
    """Of at most ``limit`` auctions those on posts that are not locked to ``viewer``, so a page may be a short one."""
    statement = (
        select(tables.auction)
        .join(platform.post, _POST.id == _COLUMNS.post_id)
        .where(_POST.deleted_at.is_(None))
        .order_by(_COLUMNS.ends_at.desc(), _COLUMNS.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(_COLUMNS.ends_at, _COLUMNS.id) < tuple_(after.at, after.id))
    found = [Auction(**row._mapping) for row in await connection.execute(statement)]
    shown = found[:limit]
    readable = await _readable(connection, viewer, shown, now)
    return AuctionPage(
        auctions=[auction.answer(now) for auction in shown if auction.post_id in readable],
        next_cursor=Cursor(shown[-1].ends_at, shown[-1].id).encode() if len(found) > limit else None,
    )


async def _readable(connection: AsyncConnection, viewer: str | None, shown: list[Auction], now: datetime) -> set[str]:
    statement = select(*posts.COLUMNS).where(_POST.id.in_([auction.post_id for auction in shown]))
    found = [Post(*row) for row in await connection.execute(statement)]
    grants = await grants_of(connection, viewer, found, now)
    return {post.id for post in found if may_read(post, viewer, grants)}
