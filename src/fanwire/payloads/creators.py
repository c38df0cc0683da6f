"""Creators: their public profile and their subscribers."""

from __future__ import annotations

from typing import ClassVar

from fanwire.payloads.base import Event, Id, Payload
from fanwire.payloads.posts import Tier


class CreatorChanges(Payload):
    """The public fields of a profile; only those given are sent."""

    nickname: str | None = None
    bio: str | None = None
    avatar: str | None = None


class NotifyCreatorUpdate(Event):
    function: ClassVar[str] = "notify_creator_update"
    creator_id: Id
    changes: CreatorChanges

    def ordering_key(self) -> str:
        return f"creator:{self.creator_id}"


class NotifyNewSubscription(Event):
    """Told to the creator alone: who subscribes to whom is their own business."""

    function: ClassVar[str] = "notify_new_subscription"
    creator_id: Id
    user_id: Id
    tier: Tier | None = None

    def ordering_key(self) -> str:
        return f"notifications:{self.creator_id}"


class _FollowEvent(Event):
    user_id: Id
    creator_id: Id

    def ordering_key(self) -> str:
        return f"notifications:{self.user_id}"


class FollowCreator(_FollowEvent):
    """``user_id`` hears of the creator's open posts from now on. Following is free; subscribing is not this."""

    function: ClassVar[str] = "follow_creator"


class UnfollowCreator(_FollowEvent):
    function: ClassVar[str] = "unfollow_creator"
