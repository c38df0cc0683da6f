"""Messages between two people. What has a price leaves without its text, and is stored without it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints, model_validator

from fanwire.payloads.base import LARGEST, Event, Id, Payload

MessageText = Annotated[str, StringConstraints(max_length=20_000)]
# Integer minor units (kopecks, cents) and their ISO 4217 currency.
Price = Annotated[int, Field(ge=0, le=LARGEST)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Total = Annotated[int, Field(ge=0, le=LARGEST)]


class UnlockedMessage(Payload):
    """A message with its text, for somebody who may read it."""

    id: Id
    sender_id: Id
    content: MessageText | None = None
    price: Price | None = None
    currency: Currency | None = None
    created_at: datetime | None = None


class Message(UnlockedMessage):
    """A message as both people of the conversation may see it: one with a price has lost its text."""

    @model_validator(mode="after")
    def _forget_what_is_sold(self) -> Message:
        if self.price:
            object.__setattr__(self, "content", None)
        return self


class _ConversationEvent(Event):
    conversation_id: Id

    def ordering_key(self) -> str:
        return f"conversation:{self.conversation_id}"


class NotifyNewMessage(_ConversationEvent):
    function: ClassVar[str] = "notify_new_message"
    message: Message


class NotifyMessageRead(_ConversationEvent):
    """``user_id`` has read all messages up to ``up_to``, that one included."""

    function: ClassVar[str] = "notify_message_read"
    user_id: Id
    up_to: Id


class NotifyMessageUnlocked(_ConversationEvent):
    """``user_id`` has bought a message: its text goes to their own devices, and nowhere else."""

    function: ClassVar[str] = "notify_message_unlocked"
    user_id: Id
    message: UnlockedMessage

    def ordering_key(self) -> str:
        return f"feed:{self.user_id}"


class UpdateUnreadMessages(Event):
    """How many messages ``user_id`` has not read, in all conversations together."""

    function: ClassVar[str] = "update_unread_messages"
    user_id: Id
    total: Total

    def ordering_key(self) -> str:
        return f"feed:{self.user_id}"
