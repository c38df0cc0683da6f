"""Buying the text of one message, and giving it back."""

from __future__ import annotations

from sqlalchemy import delete, select

from fanwire.events.messages import notify_message_unlocked
from fanwire.platform import blocks
from fanwire.platform.act import Act
from fanwire.platform.messages import conversations, message, tables
from fanwire.platform.messages.answers import MessageAnswer
from fanwire.platform.messages.message import Message
from fanwire.platform.messages.requests import MessagePayment
from fanwire.platform.payments import use
from fanwire.platform.problems import Conflict, Invalid
from fanwire.platform.rows import insert_new

_COLUMNS = tables.purchase.c


async def buy(act: Act, conversation_id: str, message_id: str, body: MessagePayment) -> MessageAnswer:
    """Take a completed payment for a message. The same payment again buys nothing again and is answered the same.

    Raises:
        Missing: there is no such conversation of this user, or no such message in it.
        Invalid: the message is free, or the buyer's own.
        Blocked: its sender has blocked the buyer, or the buyer them.
        Conflict: the message is bought already, or the payment has paid for something else or was given back.
    """
    place = await conversations.find(act.connection, conversation_id, act.user.id)
    wanted = await message.find(act.connection, place, message_id)
    if wanted.price is None or wanted.sender_id == act.user.id:
        raise Invalid("This message is not for sale to you: it is free, or your own. Nothing was taken for it.")
    await blocks.demand(act.connection, wanted.sender_id, act.user.id)
    await use.take(act.connection, body.payment_id, "message")
    if await insert_new(act.connection, tables.purchase, _row(act, wanted, body.payment_id)):
        await notify_message_unlocked(act.user.id, conversation_id, wanted, session=act.connection)
    else:
        await _is_repeat(act, wanted, body.payment_id)
    return wanted.seen(act.user.id, conversation_id, bought=True)


async def take_back(act: Act, payment_id: str) -> bool:
    """The payment was given back: the text is locked again; false if it was before. What devices hold, they hold."""
    statement = delete(tables.purchase).where(_COLUMNS.payment_id == payment_id)
    return (await act.connection.execute(statement)).rowcount > 0


def _row(act: Act, wanted: Message, payment_id: str) -> dict[str, object]:
    return {
        "message_id": wanted.id,
        "user_id": act.user.id,
        "payment_id": payment_id,
        "amount": wanted.price,
        "currency": wanted.currency,
        "created_at": act.now,
    }


async def _is_repeat(act: Act, wanted: Message, payment_id: str) -> None:
    statement = select(_COLUMNS.payment_id).where(_COLUMNS.message_id == wanted.id, _COLUMNS.user_id == act.user.id)
    paid_by = (await act.connection.execute(statement)).scalar_one_or_none()
    if paid_by is None:
        raise use.UsedElsewhere
    if paid_by != payment_id:
        raise Conflict("You have bought this message already, by another payment; this one has bought nothing.")
