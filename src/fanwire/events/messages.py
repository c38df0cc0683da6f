"""Messages: what is said in a conversation, how far it was read, what was bought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanwire.events.dispatch import say
from fanwire.events.receipt import Receipt
from fanwire.payloads import (
    Message,
    NotifyMessageRead,
    NotifyMessageUnlocked,
    NotifyNewMessage,
    UnlockedMessage,
    UpdateUnreadMessages,
)


async def notify_new_message(
    conversation_id: Any,
    message: Message | Mapping[str, Any] | Any,
    *,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """A message was sent, to all who are in the conversation. Pass the whole row: of one that has a ``price`` the
    text is dropped before it is stored. The recipient's inbox is ``send_notification``'s. Raises as ``dispatch.say``.
    """
    return await say(NotifyNewMessage, session=session, strict=strict, conversation_id=conversation_id, message=message)


async def notify_message_read(
    conversation_id: Any, user_id: Any, up_to: Any, *, session: Any = None, strict: bool = False
) -> Receipt:
    """``user_id`` has read the conversation up to the message ``up_to``. Raises as ``dispatch.say`` does."""
    return await say(
        NotifyMessageRead,
        session=session,
        strict=strict,
        conversation_id=conversation_id,
        user_id=user_id,
        up_to=up_to,
    )


async def notify_message_unlocked(
    user_id: Any,
    conversation_id: Any,
    message: UnlockedMessage | Mapping[str, Any] | Any,
    *,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """``user_id`` has bought the message: its text goes to their own ``feed:``. Raises as ``dispatch.say`` does."""
    return await say(
        NotifyMessageUnlocked,
        session=session,
        strict=strict,
        user_id=user_id,
        conversation_id=conversation_id,
        message=message,
    )


async def update_unread_messages(user_id: Any, total: int, *, session: Any = None, strict: bool = False) -> Receipt:
    """``user_id`` has ``total`` unread messages now, counted in this transaction under a lock that all who change
    it take: else two counts at once are both too low. Raises as ``dispatch.say`` does.
    """
    return await say(UpdateUnreadMessages, session=session, strict=strict, user_id=user_id, total=total)
