"""The watermark: everything up to a message is read. It never goes back, on whichever device it was moved."""

from __future__ import annotations

from sqlalchemy import select, update

from fanwire.events.messages import notify_message_read
from fanwire.platform.act import Act
from fanwire.platform.messages import conversations, message, notices, order, tables, unread
from fanwire.platform.messages.answers import ReadState
from fanwire.platform.messages.audience import reaches, to_all
from fanwire.platform.messages.conversations import Membership
from fanwire.platform.messages.message import Message
from fanwire.platform.messages.requests import ReadUpTo

_MEMBER = tables.member.c
_MESSAGE = tables.message.c


async def read(act: Act, conversation_id: str, body: ReadUpTo) -> ReadState:
    """Read up to a message. One that is older than the watermark changes nothing and is answered the same.

    Raises:
        Missing: there is no such conversation of this user, or no such message in it.
    """
    place = await conversations.lock(act.connection, conversation_id, act.user.id)
    newest = await message.find(act.connection, place, body.read_up_to)
    if newest.seq <= place.read_seq:
        return await _state(act, place, place.read_message_id, await unread.total(act.connection, act.user.id))
    await order.join(act.connection)
    await act.connection.execute(
        update(tables.member)
        .where(_MEMBER.conversation_id == conversation_id, _MEMBER.user_id == act.user.id)
        .values(read_seq=newest.seq, read_message_id=newest.id)
    )
    await notify_message_read(conversation_id, act.user.id, newest.id, session=act.connection)
    await _read_items(act, place, newest)
    return await _state(act, place, newest.id, await unread.tell(act.connection, act.user.id))


async def _read_items(act: Act, place: Membership, newest: Message) -> None:
    """The bell follows: the conversation's one item once nothing of it is unread, each message to all by itself."""
    if not await unread.between_two(act.connection, act.user.id, place.conversation_id):
        await notices.read(act, place.conversation_id)
    covered = select(_MESSAGE.notification_id).where(
        to_all(tables.message),
        _MESSAGE.sender_id == place.peer_id,
        _MESSAGE.seq > place.read_seq,
        _MESSAGE.seq <= newest.seq,
        reaches(tables.message, act.user.id),
    )
    for item in (await act.connection.execute(covered.order_by(_MESSAGE.seq))).scalars().all():
        await notices.read_one(act, item)


async def _state(act: Act, place: Membership, up_to: str | None, total: int) -> ReadState:
    here = await unread.each(act.connection, act.user.id, [place.conversation_id])
    return ReadState(
        conversation_id=place.conversation_id,
        read_up_to=up_to,
        unread_in_conversation=here[place.conversation_id],
        unread_messages=total,
    )
