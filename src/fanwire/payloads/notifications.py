"""Notifications and a reader's acts on them."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, ClassVar

import msgspec
from pydantic import AfterValidator, Field, JsonValue, StringConstraints

from fanwire.payloads.base import Event, Id, Key, Payload
from fanwire.payloads.natural_key import cause, natural_key
from fanwire.payloads.notification_type import NotificationType

TypeName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]


MAX_METADATA = 8 * 1024


def _small(metadata: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """It travels in every frame of the item, so its size is the whole audience's cost."""
    size = len(msgspec.json.encode(metadata))
    if size > MAX_METADATA:
        raise ValueError(f"{size} bytes of JSON, at most {MAX_METADATA}; pass ids and let the client ask for the rest")
    return metadata


class Notification(Payload):
    """What a person reads in the inbox. ``metadata`` is the caller's own, at most 8 KiB of JSON."""

    type: TypeName
    title: Annotated[str, StringConstraints(max_length=500)]
    message: Annotated[str, StringConstraints(max_length=4000)] = ""
    metadata: Annotated[dict[str, JsonValue], AfterValidator(_small)] = Field(
        default_factory=dict, json_schema_extra={"maxBytes": MAX_METADATA, "default": {}}
    )


class SendNotification(Event):
    """One item for one user. ``actor`` is who caused it (default: ``metadata.userId``).

    Nobody is told of their own act. With a ``collapse_key`` the item takes the place of the user's unread one with
    the same key.
    """

    function: ClassVar[str] = "send_notification"
    user_id: Id
    notification: Notification
    actor: Id | None = None
    idempotency_key: Key | None = None
    collapse_key: Key | None = None

    @cached_property
    def natural_key(self) -> str | None:
        """``payloads.natural_key`` of this event, found once: the relay asks twice."""
        return natural_key(self)

    @property
    def is_own_act(self) -> bool:
        """The recipient caused it: nobody is told of their own act."""
        actor = self.actor or self.notification.metadata.get("userId")
        return actor is not None and str(actor) == self.user_id

    def ordering_key(self) -> str:
        return f"notifications:{self.user_id}"


class MarkNotificationAsRead(Event):
    """The owner ``user_id`` has read one item. An item of somebody else is not touched."""

    function: ClassVar[str] = "mark_notification_as_read"
    user_id: Id
    notification_id: Id

    def ordering_key(self) -> str:
        return f"notifications:{self.user_id}"


class MarkNotificationsAsRead(Event):
    """The owner has read what is unread under one collapse key: opening a conversation reads its item."""

    function: ClassVar[str] = "mark_notifications_as_read"
    user_id: Id
    collapse_key: Key

    def ordering_key(self) -> str:
        return f"notifications:{self.user_id}"


class RetractNotification(Event):
    """The item with this natural or idempotency key (or id) is taken back, and is never sent again."""

    function: ClassVar[str] = "retract_notification"
    user_id: Id
    key: Key

    def ordering_key(self) -> str:
        return f"notifications:{self.user_id}"


class ClearNotifications(Event):
    """The owner empties the list (archives all that is in it when this is applied)."""

    function: ClassVar[str] = "clear_notifications"
    user_id: Id

    def ordering_key(self) -> str:
        return f"notifications:{self.user_id}"


def _is_not_a_post(notification: Notification) -> Notification:
    """One post has one audience item."""
    if notification.type == NotificationType.NEW_POST_FROM_SUBSCRIPTION:
        raise ValueError("notify_new_post announces posts to subscribers")
    return notification


class SendAudienceNotification(Event):
    """One item for all who subscribe to the creator when this is applied: stored once, published once."""

    function: ClassVar[str] = "send_audience_notification"
    creator_id: Id
    notification: Annotated[Notification, AfterValidator(_is_not_a_post)]
    idempotency_key: Key | None = None

    @cached_property
    def natural_key(self) -> str | None:
        """What caused it, as of a personal one; None where the caller named nothing: the event id is the key."""
        return self.idempotency_key or cause(self.notification, None)

    def ordering_key(self) -> str:
        return f"creator:{self.creator_id}"


class RetractAudienceNotification(Event):
    """The creator's audience item with this natural or idempotency key (or id) is taken back for good."""

    function: ClassVar[str] = "retract_audience_notification"
    creator_id: Id
    key: Key

    def ordering_key(self) -> str:
        return f"creator:{self.creator_id}"
