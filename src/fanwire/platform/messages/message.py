"""One message, and how somebody may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from fanwire.platform.messages import tables
from fanwire.platform.messages.answers import MessageAnswer
from fanwire.platform.messages.audience import reaches, to_all
from fanwire.platform.messages.conversations import Membership
from fanwire.platform.problems import Missing

_COLUMNS = tables.message.c
ROW = (
    _COLUMNS.seq,
    _COLUMNS.id,
    _COLUMNS.conversation_id,
    _COLUMNS.sender_id,
    _COLUMNS.content,
    _COLUMNS.price,
    _COLUMNS.currency,
    _COLUMNS.created_at,
    _COLUMNS.notification_id,
)
TEASER_LENGTH = 100


@dataclass(frozen=True)
class Message:
    """One row of ``platform_message``. ``conversation_id`` None: it went to all subscribers of its sender."""

    seq: int
    id: str
    conversation_id: str | None
    sender_id: str
    content: str
    price: int | None
    currency: str | None
    created_at: datetime
    notification_id: str | None = None

    def seen(self, viewer: str, conversation_id: str | None, *, bought: bool) -> MessageAnswer:
        """The message as ``viewer`` may see it, in a conversation of theirs."""
        mine = self.sender_id == viewer
        locked = self.price is not None and not mine and not bought
        return MessageAnswer.model_validate(
            {
                **vars(self),
                "conversation_id": conversation_id,
                "content": None if locked else self.content,
                "is_locked": locked,
                "is_mine": mine,
                "is_broadcast": self.conversation_id is None,
            }
        )

    def teaser(self) -> Message:
        """With the first characters of its text."""
        if len(self.content) <= TEASER_LENGTH:
            return self
        return replace(self, content=self.content[: TEASER_LENGTH - 1] + "…")


def new(
    message_id: str, sender_id: str, content: str, price: tuple[int | None, str], created_at: datetime
) -> dict[str, Any]:
    """The row of a message that is being sent; a price of nothing is none."""
    amount, currency = price
    return {
        "id": message_id,
        "sender_id": sender_id,
        "content": content,
        "price": amount or None,
        "currency": currency if amount else None,
        "created_at": created_at,
    }


async def insert(connection: AsyncConnection, row: dict[str, Any]) -> Message:
    """Write ``row``; it gets its number here, so ``order`` must hold."""
    statement = tables.message.insert().values(row).returning(*ROW)
    return Message(*(await connection.execute(statement)).one())


async def find(connection: AsyncConnection, place: Membership, message_id: str) -> Message:
    """A message of the conversation.

    Raises:
        Missing: there is none of this id, or it is of another conversation.
    """
    statement = select(*ROW).where(_COLUMNS.id == message_id, _belongs(place))
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise Missing(
            f"There is no message '{message_id}' in this conversation. "
            f"GET /api/messages/{place.conversation_id} lists those there are."
        )
    return Message(*row)


async def bought(connection: AsyncConnection, viewer: str, messages: Iterable[Message]) -> set[str]:
    """The ids of those that ``viewer`` has bought."""
    sold = [message.id for message in messages if message.price is not None and message.sender_id != viewer]
    if not sold:
        return set()
    columns = tables.purchase.c
    statement = select(columns.message_id).where(columns.user_id == viewer, columns.message_id.in_(sold))
    return set((await connection.execute(statement)).scalars())


def between(place: Membership) -> ColumnElement[bool]:
    """Said by one of the two to the other."""
    return _COLUMNS.conversation_id == place.conversation_id


def reached(place: Membership) -> ColumnElement[bool]:
    """Said by one of the two to all, and the other was among them."""
    message = tables.message
    said_to_me = and_(_COLUMNS.sender_id == place.peer_id, reaches(message, place.user_id))
    said_by_me = and_(_COLUMNS.sender_id == place.user_id, reaches(message, place.peer_id))
    return and_(to_all(message), or_(said_to_me, said_by_me))


def _belongs(place: Membership) -> ColumnElement[bool]:
    return or_(between(place), reached(place))
