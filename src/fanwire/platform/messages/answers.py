"""What /api/messages answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from fanwire.platform.answers import Answer, Person
from fanwire.platform.requests import Currency

_MESSAGE = {
    "id": "0199a1b5-0000-7000-8000-000000000003",
    "conversationId": "0199a1b5-0000-7000-8000-000000000002",
    "senderId": "anna",
    "content": "Завтра эфир в 19:00, приходите.",
    "price": None,
    "currency": None,
    "isLocked": False,
    "isMine": False,
    "isBroadcast": True,
    "createdAt": "2026-03-01T09:20:00Z",
}
_CONVERSATION = {
    "id": "0199a1b5-0000-7000-8000-000000000002",
    "peer": {"id": "anna", "nickname": "Анна", "avatar": None},
    "lastMessage": _MESSAGE,
    "unreadMessages": 1,
}


def _example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class MessageAnswer(Answer):
    """A message as this viewer may see it: where ``isLocked`` is true it has to be bought, and ``content`` is null."""

    model_config = _example(_MESSAGE)

    id: str
    conversation_id: str | None = Field(description="Null in the answer to a message to all")
    sender_id: str
    content: str | None
    price: int | None = Field(description="In minor units of `currency`; null: free")
    currency: Currency | None
    is_locked: bool = Field(description="To this viewer")
    is_mine: bool
    is_broadcast: bool = Field(description="It was sent to all subscribers of its sender")
    created_at: datetime


class ConversationAnswer(Answer):
    model_config = _example(_CONVERSATION)

    id: str
    peer: Person
    last_message: MessageAnswer = Field(description="`content` holds its first characters only")
    unread_messages: int = Field(description="In this conversation")


class ConversationPage(Answer):
    model_config = _example({"conversations": [_CONVERSATION], "unreadMessages": 1, "nextCursor": None})

    conversations: list[ConversationAnswer] = Field(description="The one with the newest message first")
    unread_messages: int = Field(description="In all conversations together")
    next_cursor: str | None


class MessagePage(Answer):
    model_config = _example(
        {
            "messages": [_MESSAGE],
            "peer": _CONVERSATION["peer"],
            "unreadMessages": 1,
            "readUpTo": None,
            "peerReadUpTo": None,
            "nextCursor": None,
        }
    )

    messages: list[MessageAnswer] = Field(description="Newest first")
    peer: Person
    unread_messages: int = Field(description="In this conversation")
    read_up_to: str | None = Field(description="The newest message that this viewer has read; null: none")
    peer_read_up_to: str | None = Field(description="The newest message that the other one has read")
    next_cursor: str | None


class ReadState(Answer):
    """How far the viewer has read: a watermark that never goes back."""

    model_config = _example(
        {
            "conversationId": _CONVERSATION["id"],
            "readUpTo": _MESSAGE["id"],
            "unreadInConversation": 0,
            "unreadMessages": 0,
        }
    )

    conversation_id: str
    read_up_to: str | None
    unread_in_conversation: int
    unread_messages: int = Field(description="In all conversations together")
