"""What is said when access begins or ends: to the user's own feed, and to the nodes that hold the audiences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.frames.notifications import timestamp
from fanwire.payloads.access import GrantAccess, RevokeAccess

MEMBERSHIP = "membership"


def membership(user: str, stream: str, *, joined: bool) -> Draft:
    """Tell every node to attach the user's connections to the stream, or to detach them."""
    return Draft(Target.CONTROL, MEMBERSHIP, {"user": user, "stream": stream, "joined": joined})


def granted(event: GrantAccess) -> Draft:
    """A subscription with its tier and end (null: open), or a post that is unlocked now."""
    kind, _, name = event.resource.partition(":")
    if kind == "post":
        return _feed(event.user_id, {"type": "post_unlocked", "postId": name})
    return subscribed(event.user_id, name, event.tier, event.until)


def subscribed(user: str, creator: str, tier: str | None, until: datetime | None) -> Draft:
    """What ``user`` has of ``creator`` now."""
    end = None if until is None else timestamp(until)
    return _feed(user, {"type": "subscription_updated", "creatorId": creator, "tier": tier, "until": end})


def revoked(event: RevokeAccess) -> Draft:
    """A subscription that is over, or a post that is locked again, and why."""
    kind, _, name = event.resource.partition(":")
    if kind == "post":
        return _feed(event.user_id, {"type": "post_locked", "postId": name, "reason": event.reason})
    return cancelled(event.user_id, name, event.reason)


def cancelled(user: str, creator: str, reason: str) -> Draft:
    """``user`` gets nothing of ``creator`` any more."""
    return _feed(user, {"type": "subscription_cancelled", "creatorId": creator, "reason": reason})


def _feed(user: str, data: dict[str, Any]) -> Draft:
    return Draft(Target.CHANNEL, f"feed:{user}", data)
