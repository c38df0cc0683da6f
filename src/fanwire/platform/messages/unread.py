"""How many messages are unread: always counted, never kept, so a total cannot drift from the list."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.messages import update_unread_messages
from fanwire.platform import tables as people
from fanwire.platform.messages import tables
from fanwire.platform.messages.audience import creators_of, reaches, to_all

_MEMBER = tables.member.c


async def total(connection: AsyncConnection, user_id: str) -> int:
    """Unread messages of ``user_id`` in all conversations, those too that a message to all has begun."""
    message = tables.message.alias()
    said = select(func.count()).join_from(
        tables.member,
        message,
        and_(
            message.c.conversation_id == _MEMBER.conversation_id,
            message.c.sender_id == _MEMBER.peer_id,
            message.c.seq > _MEMBER.read_seq,
        ),
    )
    between = await connection.scalar(said.where(_MEMBER.user_id == user_id))
    return int(between or 0) + int(await connection.scalar(_to_all(user_id)) or 0)


async def each(connection: AsyncConnection, user_id: str, conversation_ids: Collection[str]) -> dict[str, int]:
    """Unread messages of ``user_id`` in each of these conversations."""
    said, announced = in_conversation()
    statement = select(_MEMBER.conversation_id, (said + announced).label("unread")).where(
        _MEMBER.user_id == user_id, _MEMBER.conversation_id.in_(conversation_ids)
    )
    return {row.conversation_id: row.unread for row in await connection.execute(statement)}


async def between_two(connection: AsyncConnection, user_id: str, conversation_id: str) -> int:
    """Unread messages of one conversation without those to all: what its NEW_MESSAGE item stands for."""
    said, _ = in_conversation()
    statement = select(said).where(_MEMBER.user_id == user_id, _MEMBER.conversation_id == conversation_id)
    return int(await connection.scalar(statement) or 0)


async def tell(connection: AsyncConnection, user_id: str) -> int:
    """Count, tell the user's devices, and return the total.

    The user's row is held until the commit: of two messages from different people, the second counts the first.
    """
    user = people.user.c
    await connection.execute(select(user.id).where(user.id == user_id).with_for_update(key_share=True))
    count = await total(connection, user_id)
    await update_unread_messages(user_id, count, session=connection)
    return count


def in_conversation() -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """Unread by the row of ``member``: said to this one, and said to all."""
    said, announced = tables.message.alias(), tables.message.alias()
    one = select(func.count()).where(
        said.c.conversation_id == _MEMBER.conversation_id,
        said.c.sender_id == _MEMBER.peer_id,
        said.c.seq > _MEMBER.read_seq,
    )
    other = select(func.count()).where(
        to_all(announced),
        announced.c.sender_id == _MEMBER.peer_id,
        announced.c.seq > _MEMBER.read_seq,
        reaches(announced, _MEMBER.user_id),
    )
    return one.correlate(tables.member).scalar_subquery(), other.correlate(tables.member).scalar_subquery()


def _to_all(user_id: str) -> Any:
    message = tables.message.alias()
    mine = and_(_MEMBER.user_id == user_id, _MEMBER.peer_id == message.c.sender_id)
    return (
        select(func.count())
        .select_from(message)
        .outerjoin(tables.member, mine)
        .where(
            to_all(message),
            message.c.sender_id.in_(creators_of(user_id)),
            message.c.seq > func.coalesce(_MEMBER.read_seq, 0),
            reaches(message, user_id),
        )
    )
