"""The conversations of one user, the one with the newest message first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import utc
from fanwire.platform import users
from fanwire.platform.act import Stage
from fanwire.platform.cursor import Cursor
from fanwire.platform.messages import message, tables, unread
from fanwire.platform.messages.answers import ConversationAnswer, ConversationPage
from fanwire.platform.messages.audience import creators_of, reaches, to_all
from fanwire.platform.messages.conversations import Opening
from fanwire.platform.messages.history import seq_of
from fanwire.platform.messages.message import Message

_CONVERSATION = tables.conversation.c
_MEMBER = tables.member.c


class Line(NamedTuple):
    """One conversation of the list."""

    conversation_id: str
    peer_id: str
    last_seq: int


@dataclass(frozen=True)
class Overview:
    """The list as ``viewer`` sees it; ``connection`` should see one state of the database throughout."""

    connection: AsyncConnection
    viewer: str

    async def page(self, limit: int, after: Cursor | None) -> ConversationPage:
        """At most ``limit`` conversations, whose newest messages are older than ``after``."""
        found = await self._lines(limit + 1, after)
        shown = found[:limit]
        newest = await self._messages([line.last_seq for line in shown])
        last = newest[shown[-1].last_seq] if shown else None
        return ConversationPage(
            conversations=await self._answers(shown, newest),
            unread_messages=await unread.total(self.connection, self.viewer),
            next_cursor=Cursor(last.created_at, last.id).encode() if last and len(found) > limit else None,
        )

    async def _lines(self, limit: int, after: Cursor | None) -> list[Line]:
        last = _last(self.viewer).subquery()
        statement = select(last.c.conversation_id, last.c.peer_id, last.c.last_seq).where(last.c.last_seq > 0)
        if after is not None:
            statement = statement.where(last.c.last_seq < seq_of(after))
        rows = await self.connection.execute(statement.order_by(last.c.last_seq.desc()).limit(limit))
        return [Line(*row) for row in rows]

    async def _messages(self, seqs: Sequence[int]) -> dict[int, Message]:
        statement = select(*message.ROW).where(tables.message.c.seq.in_(seqs))
        found = (Message(*row) for row in await self.connection.execute(statement))
        return {one.seq: one for one in found}

    async def _answers(self, lines: Sequence[Line], newest: dict[int, Message]) -> list[ConversationAnswer]:
        peers = await users.people(self.connection, [line.peer_id for line in lines])
        bought = await message.bought(self.connection, self.viewer, newest.values())
        counts = await unread.each(self.connection, self.viewer, [line.conversation_id for line in lines])
        return [
            ConversationAnswer(
                id=line.conversation_id,
                peer=peers[line.peer_id].person(),
                last_message=newest[line.last_seq]
                .teaser()
                .seen(self.viewer, line.conversation_id, bought=newest[line.last_seq].id in bought),
                unread_messages=counts[line.conversation_id],
            )
            for line in lines
        ]


async def open_begun(stage: Stage, user_id: str) -> None:
    """Open the conversations that messages to all have begun for ``user_id``: they had no row until somebody looks."""
    async with stage.database.peek.connect() as connection:
        senders = (await connection.execute(_begun(user_id))).scalars().all()
    if not senders:
        return
    now = utc(stage.clock)
    async with stage.database.begin() as connection:
        await users.ensure(connection, user_id, now)
        for sender in senders:
            await Opening(connection, now, stage.new_id).between(user_id, sender)


def _begun(user_id: str) -> Select[str]:
    said = tables.message.alias()
    known = exists().where(_MEMBER.user_id == user_id, _MEMBER.peer_id == said.c.sender_id)
    return (
        select(said.c.sender_id)
        .where(to_all(said), said.c.sender_id.in_(creators_of(user_id)), ~known, reaches(said, user_id))
        .distinct()
        .order_by(said.c.sender_id)
    )


def _last(user_id: str) -> Select[str, str, int]:
    """Each place of the user with the newest message: between the two, or to all from the other one.

    One's own messages to all do not count: a creator's list would be all subscribers after each.
    """
    said = tables.message.alias()
    announced = (
        # Not max(): that would ask of each message whom it reached, and this stops at the first.
        select(said.c.seq)
        .where(to_all(said), said.c.sender_id == _MEMBER.peer_id, reaches(said, user_id))
        .order_by(said.c.seq.desc())
        .limit(1)
        .correlate(tables.member)
        .scalar_subquery()
    )
    places = (
        select(
            _MEMBER.conversation_id,
            _MEMBER.peer_id,
            _CONVERSATION.last_seq.label("between"),
            func.coalesce(announced, 0).label("announced"),
        )
        .join_from(tables.member, tables.conversation)
        .where(_MEMBER.user_id == user_id)
        # Else PostgreSQL puts the subquery into each of the places where its value is used.
        .cte("places")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    newest = case((places.c.announced > places.c.between, places.c.announced), else_=places.c.between)
    return select(places.c.conversation_id, places.c.peer_id, newest.label("last_seq"))
