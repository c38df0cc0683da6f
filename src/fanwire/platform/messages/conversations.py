"""Conversations: one per pair of people, found, opened and locked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.ids import IdMaker
from fanwire.platform.messages import tables
from fanwire.platform.problems import Missing
from fanwire.platform.rows import insert_new

_PAIR = tables.conversation.c
_MEMBER = tables.member.c
_ROW = (
    _MEMBER.conversation_id,
    _MEMBER.user_id,
    _MEMBER.peer_id,
    _MEMBER.read_seq,
    _MEMBER.read_message_id,
)


@dataclass(frozen=True)
class Membership:
    """One of the two people of a conversation: one row of ``platform_conversation_member``."""

    conversation_id: str
    user_id: str
    peer_id: str
    read_seq: int
    read_message_id: str | None


async def find(connection: AsyncConnection, conversation_id: str, user_id: str) -> Membership:
    """The place of ``user_id`` in the conversation.

    Raises:
        Missing: there is no such conversation, or it is other people's: that is nobody's business.
    """
    statement = select(*_ROW).where(_MEMBER.conversation_id == conversation_id, _MEMBER.user_id == user_id)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise Missing(
            f"You have no conversation '{conversation_id}'. GET /api/messages lists those you have; "
            "POST /api/messages with toUserId opens one."
        )
    return Membership(*row)


async def lock(connection: AsyncConnection, conversation_id: str, user_id: str) -> Membership:
    """``find``, with the conversation held until the commit: what is said and read in it happens one by one."""
    held = select(_PAIR.id).where(_PAIR.id == conversation_id).with_for_update(key_share=True)
    await connection.execute(held)
    return await find(connection, conversation_id, user_id)


async def peer_read_up_to(connection: AsyncConnection, place: Membership) -> str | None:
    """The newest message that the other one has read."""
    statement = select(_MEMBER.read_message_id).where(
        _MEMBER.conversation_id == place.conversation_id, _MEMBER.user_id == place.peer_id
    )
    found: str | None = (await connection.execute(statement)).scalar_one()
    return found


@dataclass(frozen=True)
class Opening:
    """Opens conversations within the caller's transaction."""

    connection: AsyncConnection
    now: datetime
    new_id: IdMaker

    async def between(self, user_id: str, peer_id: str) -> str:
        """The id of the conversation of two users, who exist; of two who open it at once, one does."""
        low, high = sorted((user_id, peer_id))
        pair = {"low_id": low, "high_id": high}
        found = await self._id(low, high)
        if found is not None:
            return found
        opened = self.new_id()
        if not await insert_new(self.connection, tables.conversation, {"id": opened, "created_at": self.now, **pair}):
            return str(await self._id(low, high))
        places: Iterable[tuple[str, str]] = ((low, high), (high, low))
        rows = [{"conversation_id": opened, "user_id": user, "peer_id": peer} for user, peer in places]
        await self.connection.execute(tables.member.insert(), rows)
        return opened

    async def _id(self, low: str, high: str) -> str | None:
        statement = select(_PAIR.id).where(_PAIR.low_id == low, _PAIR.high_id == high)
        found: str | None = (await self.connection.execute(statement)).scalar_one_or_none()
        return found
