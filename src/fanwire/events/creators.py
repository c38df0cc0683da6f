"""Creators: their public profile and their subscribers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanwire.events.dispatch import say
from fanwire.events.receipt import Receipt
from fanwire.payloads import (
    CreatorChanges,
    FollowCreator,
    NotifyCreatorUpdate,
    NotifyNewSubscription,
    UnfollowCreator,
)


async def notify_creator_update(
    creator_id: Any,
    changes: CreatorChanges | Mapping[str, Any] | Any,
    *,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """The public profile changed: ``nickname``, ``bio``, ``avatar``, those given. Raises as ``dispatch.say`` does."""
    return await say(NotifyCreatorUpdate, session=session, strict=strict, creator_id=creator_id, changes=changes)


async def notify_new_subscription(
    creator_id: Any, user_id: Any, *, tier: Any = None, session: Any = None, strict: bool = False
) -> Receipt:
    """``user_id`` has subscribed: told to the creator alone. Raises as ``dispatch.say`` does."""
    return await say(
        NotifyNewSubscription, session=session, strict=strict, creator_id=creator_id, user_id=user_id, tier=tier
    )


async def follow_creator(user_id: Any, creator_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """``user_id`` gets a ``feed_update`` of each open post of the creator. Raises as ``dispatch.say`` does."""
    return await say(FollowCreator, session=session, strict=strict, user_id=user_id, creator_id=creator_id)


async def unfollow_creator(user_id: Any, creator_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """``user_id`` follows the creator no more. Raises as ``dispatch.say`` does."""
    return await say(UnfollowCreator, session=session, strict=strict, user_id=user_id, creator_id=creator_id)
