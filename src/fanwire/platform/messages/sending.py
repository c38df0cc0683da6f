"""Sending: to one person, or to all subscribers as one row."""

from __future__ import annotations

from fanwire.events.messages import notify_new_message
from fanwire.platform import blocks, users
from fanwire.platform.act import Act
from fanwire.platform.messages import audience, conversations, message, notices, order, tables, unread
from fanwire.platform.messages.answers import MessageAnswer
from fanwire.platform.messages.conversations import Membership, Opening
from fanwire.platform.messages.requests import NewBroadcast, NewMessage
from fanwire.platform.problems import Forbidden, Invalid, Missing

_CONVERSATION = tables.conversation.c


async def send(act: Act, body: NewMessage) -> MessageAnswer:
    """Send a message; a first one opens the conversation.

    Raises:
        Invalid: somebody writes to themselves.
        Missing: there is no such user, or no such conversation of this user.
        Blocked: one of the two has blocked the other.
    """
    place = await _place(act, body)
    await order.join(act.connection)
    row = message.new(act.new_id(), act.user.id, body.content, (body.price, body.currency), act.now)
    said = await message.insert(act.connection, {**row, "conversation_id": place.conversation_id})
    await act.connection.execute(
        tables.conversation.update().where(_CONVERSATION.id == place.conversation_id).values(last_seq=said.seq)
    )
    await notify_new_message(place.conversation_id, said, session=act.connection)
    await notices.tell(act, place.peer_id, place.conversation_id, said)
    await unread.tell(act.connection, place.peer_id)
    return said.seen(act.user.id, place.conversation_id, bought=False)


async def broadcast(act: Act, body: NewBroadcast) -> MessageAnswer:
    """Send one message to all who subscribe now: one row and one item, however many they are.

    Raises:
        Forbidden: the sender is no creator.
    """
    if not act.user.is_creator:
        raise Forbidden("Only a creator has subscribers to write to; publish a post and you are one.")
    await order.close(act.connection)
    row = message.new(act.new_id(), act.user.id, body.content, (body.price, body.currency), act.now)
    reach = {
        "access_end": await audience.end_of_log(act.connection),
        "notification_id": await notices.tell_all(act, row["id"], None if row["price"] else body.content),
    }
    said = await message.insert(act.connection, {**row, **reach})
    return said.seen(act.user.id, None, bought=False)


async def _place(act: Act, body: NewMessage) -> Membership:
    """The sender's place in the conversation, which is locked."""
    if body.conversation_id is not None:
        place = await conversations.find(act.connection, body.conversation_id, act.user.id)
        await blocks.demand(act.connection, place.peer_id, act.user.id)
        return await conversations.lock(act.connection, place.conversation_id, act.user.id)
    peer = str(body.to_user_id)
    if peer == act.user.id:
        raise Invalid("toUserId: nobody writes to themselves; name another user.")
    if await users.find(act.connection, peer) is None:
        raise Missing(f"There is no user '{peer}'.")
    await blocks.demand(act.connection, peer, act.user.id)
    opened = await Opening(act.connection, act.now, act.new_id).between(act.user.id, peer)
    return await conversations.lock(act.connection, opened, act.user.id)
