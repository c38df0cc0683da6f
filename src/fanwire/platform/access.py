"""Who may see what is behind a lock: Fanwire's own rule over its own facts, so that API and socket never disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.access.directory import PostFacts
from fanwire.access.facts import Grant, grants_on
from fanwire.access.rules import Allowed, decide, resources
from fanwire.platform.problems import Forbidden

# What a viewer may see by subscription or purchase, by resource.
Grants = Mapping[str, Grant]


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


def may_read(post: Lockable, viewer: str | None, grants: Grants) -> bool:
    """Open posts: everybody. Locked ones: author, buyers, and subscribers of the tier they ask for or a higher one."""
    return isinstance(decide(viewer or "", post.id, _facts(post), grants), Allowed)


async def grants_of(
    connection: AsyncConnection, viewer: str | None, posts: Iterable[Lockable], now: datetime
) -> Grants:
    """The grants of ``viewer`` that are active at ``now`` and matter for ``posts``, as this transaction sees them."""
    wanted = {
        resource
        for post in posts
        if post.is_locked and post.creator_id != viewer
        for resource in resources(post.id, _facts(post))
    }
    return await grants_on(connection, viewer, sorted(wanted), now) if viewer and wanted else {}


async def demand(connection: AsyncConnection, post: Lockable, viewer: str | None, now: datetime) -> None:
    """Let only those pass who may read ``post``.

    Raises:
        Forbidden: with what opens it.
    """
    if may_read(post, viewer, await grants_of(connection, viewer, (post,), now)):
        return
    tier = f" of tier '{post.min_subscription_tier}' or higher" if post.min_subscription_tier else ""
    raise Forbidden(
        f"This post is locked. A subscription to '{post.creator_id}'{tier} opens it: "
        "POST /api/subscriptions/process-payment."
    )


def _facts(post: Lockable) -> PostFacts:
    return PostFacts(post.creator_id, post.is_locked, post.min_subscription_tier)
