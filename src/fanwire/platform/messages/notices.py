"""What the bell says of messages. Of one that has a price it never holds the text."""

from __future__ import annotations

from fanwire.events.notifications import (
    mark_notification_as_read,
    mark_notifications_as_read,
    send_audience_notification,
    send_notification,
)
from fanwire.platform.act import Act
from fanwire.platform.messages.message import Message

TITLE = "Новое сообщение"
SOLD = "Платное сообщение"


def collapse_key(conversation_id: str) -> str:
    """Several unread messages of one conversation are one item."""
    return f"conversation:{conversation_id}"


async def tell(act: Act, recipient: str, conversation_id: str, message: Message) -> None:
    """One item for the recipient, in the place of the conversation's unread one."""
    await send_notification(
        recipient,
        {
            "type": "NEW_MESSAGE",
            "title": f"{TITLE}: {act.user.nickname}",
            "message": SOLD if message.price else message.content,
            "metadata": {"conversationId": conversation_id, "messageId": message.id, "userId": message.sender_id},
        },
        actor=message.sender_id,
        collapse_key=collapse_key(conversation_id),
        session=act.connection,
    )


async def tell_all(act: Act, message_id: str, text: str | None) -> str:
    """One item for all subscribers; returns its id. ``text`` None: it has a price."""
    receipt = await send_audience_notification(
        act.user.id,
        {
            "type": "NEW_MESSAGE",
            "title": f"{TITLE}: {act.user.nickname}",
            "message": SOLD if text is None else text,
            "metadata": {"creatorId": act.user.id, "messageId": message_id},
        },
        session=act.connection,
    )
    return receipt.id


async def read(act: Act, conversation_id: str) -> None:
    """The conversation has nothing unread: neither has the bell."""
    await mark_notifications_as_read(act.user.id, collapse_key(conversation_id), session=act.connection)


async def read_one(act: Act, notification_id: str) -> None:
    """A message to all was read."""
    await mark_notification_as_read(act.user.id, notification_id, session=act.connection)
