"""Who may see what is behind a lock: Fanwire's own rule over its own facts, so that API and socket never disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.access.directory import PostFacts
from fanwire.access.facts import Grant, grants_on
from fanwire.access.rules import Allowed, decide, resources
from fanwire.payloads.access import block_of
from fanwire.platform.problems import Blocked, Forbidden

# What a viewer may see by subscription or purchase, and who has blocked them, by resource.
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
    """Open posts: everybody. Locked ones: author, buyers, and subscribers of the tier they ask for or a higher one.
    Nothing of an author is for those whom the author has blocked.
    """
    return isinstance(decide(viewer or "", post.id, _facts(post), grants), Allowed)


async def grants_of(
    connection: AsyncConnection, viewer: str | None, posts: Iterable[Lockable], now: datetime
) -> Grants:
    """The facts about ``viewer`` that hold at ``now`` and matter for ``posts``, as this transaction sees them."""
    wanted = {resource for post in posts if post.creator_id != viewer for resource in _asked(post)}
    return await grants_on(connection, viewer, sorted(wanted), now) if viewer and wanted else {}


async def demand(connection: AsyncConnection, post: Lockable, viewer: str | None, now: datetime) -> None:
    """Let only those pass who may read ``post``.

    Raises:
        Blocked: its author has blocked them.
        Forbidden: with what opens it.
    """
    grants = await grants_of(connection, viewer, (post,), now)
    decision = decide(viewer or "", post.id, _facts(post), grants)
    if isinstance(decision, Allowed):
        return
    if decision.rule == "blocked":
        raise Blocked(f"User '{post.creator_id}' has blocked you: you cannot act on what they publish.")
    tier = f" of tier '{post.min_subscription_tier}' or higher" if post.min_subscription_tier else ""
    raise Forbidden(
        f"This post is locked. A subscription to '{post.creator_id}'{tier} opens it: "
        "POST /api/subscriptions/process-payment."
    )


def _asked(post: Lockable) -> Iterable[str]:
    """Of an open post only its author's blocks matter."""
    return resources(post.id, _facts(post)) if post.is_locked else (block_of(post.creator_id),)


def _facts(post: Lockable) -> PostFacts:
    return PostFacts(post.creator_id, post.is_locked, post.min_subscription_tier)
