"""Editing a post: only what was sent changes, and whoever may not see it any more is shown nothing new of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import update

from fanwire.access.rules import TIERS
from fanwire.events.access import restrict_post
from fanwire.events.posts import notify_post_updated
from fanwire.platform import posts, tables
from fanwire.platform.act import Act
from fanwire.platform.answers import PostAnswer
from fanwire.platform.feed import View
from fanwire.platform.posts import Post
from fanwire.platform.requests import PostChange


async def edit(act: Act, post_id: str, body: PostChange) -> PostAnswer:
    """Change one's own post. An edit that changes nothing tells nobody.

    Raises:
        Missing: there is none, or it is deleted.
        Forbidden: it is somebody else's.
    """
    before = await posts.hold_own(act, post_id, "edit")
    changes = _changes(before, body)
    if changes:
        changes["updated_at"] = act.now
        statement = update(tables.post).where(tables.post.c.id == post_id)
        await act.connection.execute(statement.values(**changes))
        after = replace(before, **changes)
        restricted = _is_restricted(before, after)
        if restricted:
            await restrict_post(post_id, session=act.connection)
        await notify_post_updated(after, restricted=restricted, session=act.connection)
    return await View(act.connection, act.user.id, act.now).one(post_id)


def _changes(post: Post, body: PostChange) -> dict[str, Any]:
    """The columns that get another value than they have."""
    said = body.model_dump(exclude_unset=True)
    return {name: value for name, value in said.items() if value != getattr(post, name)}


def _is_restricted(before: Post, after: Post) -> bool:
    """Whether somebody who could read the post may not read it any more."""
    if not after.is_locked:
        return False
    return not before.is_locked or _height(after) > _height(before)


def _height(post: Post) -> int:
    """Where the post's tier stands; without one any subscription opens it."""
    return TIERS.get(post.min_subscription_tier or "", 0)
