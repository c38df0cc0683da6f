"""Who may see what is behind a lock, by the platform's own subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import tables
from fanwire.platform.problems import Forbidden

# Each opens what the ones before it open.
TIERS = ("basic", "premium", "vip")

# The tier that a viewer has with each creator, by creator id.
Tiers = Mapping[str, str]


class Lockable(Protocol):
    """What decides over a post."""

    @property
    def id(self) -> str: ...
    @property
    def creator_id(self) -> str: ...
    @property
    def is_locked(self) -> bool: ...
    @property
    def min_subscription_tier(self) -> str | None: ...


def may_read(post: Lockable, viewer: str | None, tiers: Tiers) -> bool:
    """Open posts: everybody. Locked ones: their author, and subscribers of the tier they ask for or a higher one."""
    if not post.is_locked or post.creator_id == viewer:
        return True
    tier = tiers.get(post.creator_id)
    if tier is None:
        return False
    return post.min_subscription_tier is None or TIERS.index(tier) >= TIERS.index(post.min_subscription_tier)


async def tiers_of(connection: AsyncConnection, viewer: str | None, posts: Iterable[Lockable], now: datetime) -> Tiers:
    """The subscriptions of ``viewer`` that are active at ``now`` and matter for ``posts``."""
    creators = sorted({post.creator_id for post in posts if post.is_locked and post.creator_id != viewer})
    if viewer is None or not creators:
        return {}
    columns = tables.subscription.c
    rows = await connection.execute(
        select(columns.creator_id, columns.tier).where(
            columns.user_id == viewer, columns.creator_id.in_(creators), columns.valid_until > now
        )
    )
    return {row.creator_id: row.tier for row in rows}


async def demand(connection: AsyncConnection, post: Lockable, viewer: str | None, now: datetime) -> None:
    """Let only those pass who may read ``post``.

    Raises:
        Forbidden: with what opens it.
    """
    if may_read(post, viewer, await tiers_of(connection, viewer, (post,), now)):
        return
    needed = post.min_subscription_tier or TIERS[0]
    raise Forbidden(
        f"This post is locked. A subscription to '{post.creator_id}' of tier '{needed}' or higher opens it: "
        "POST /api/subscriptions/process-payment."
    )
