"""Creators: their public profile and their subscribers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanwire.events.dispatch import say
from fanwire.events.receipt import Receipt
from fanwire.payloads import CreatorChanges, NotifyCreatorUpdate, NotifyNewSubscription


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
