"""What is said in a conversation, and to one of its people alone."""

from __future__ import annotations

from typing import Any

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.payloads.messages import (
    NotifyMessageRead,
    NotifyMessageUnlocked,
    NotifyNewMessage,
    UnlockedMessage,
    UpdateUnreadMessages,
)


def created(event: NotifyNewMessage) -> Draft:
    """A message without its text where it has to be bought first."""
    message = _wire(event.message, locked=bool(event.message.price))
    return _conversation(event.conversation_id, "message_created", {"message": message})


def read(event: NotifyMessageRead) -> Draft:
    """To the other one (it was read) and to the reader's other devices (it is read)."""
    return _conversation(event.conversation_id, "message_read", {"userId": event.user_id, "upTo": event.up_to})


def unlocked(event: NotifyMessageUnlocked) -> Draft:
    """The text, to the buyer's devices alone."""
    message = _wire(event.message, locked=False)
    data = {"type": "message_unlocked", "conversationId": event.conversation_id, "message": message}
    return _feed(event.user_id, data)


def unread(event: UpdateUnreadMessages, gseq: int) -> Draft:
    """The absolute total; the one with the highest version holds."""
    return _feed(event.user_id, {"type": "unread_messages", "unreadMessages": event.total, "version": gseq})


def _wire(message: UnlockedMessage, *, locked: bool) -> dict[str, Any]:
    return {**message.model_dump(mode="json", by_alias=True, exclude_none=True), "isLocked": locked}


def _conversation(id: str, kind: str, data: dict[str, Any]) -> Draft:
    return Draft(Target.CHANNEL, f"conversation:{id}", {"type": kind, "conversationId": id, **data})


def _feed(user: str, data: dict[str, Any]) -> Draft:
    return Draft(Target.CHANNEL, f"feed:{user}", data)
