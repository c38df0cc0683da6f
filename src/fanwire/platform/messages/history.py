"""The messages of one conversation, those to all among them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from fanwire.platform import users
from fanwire.platform.cursor import Cursor
from fanwire.platform.messages import conversations, message, tables, unread
from fanwire.platform.messages.answers import MessagePage
from fanwire.platform.messages.conversations import Membership
from fanwire.platform.messages.message import Message

_COLUMNS = tables.message.c


@dataclass(frozen=True)
class History:
    """One conversation as ``viewer`` sees it; ``connection`` should see one state of the database throughout."""

    connection: AsyncConnection
    viewer: str

    async def page(self, conversation_id: str, limit: int, after: Cursor | None) -> MessagePage:
        """At most ``limit`` messages, newest first, older than ``after``.

        Raises:
            Missing: there is no such conversation of the viewer's.
        """
        place = await conversations.find(self.connection, conversation_id, self.viewer)
        found = await self._messages(place, limit + 1, after)
        shown = found[:limit]
        bought = await message.bought(self.connection, self.viewer, shown)
        peers = await users.people(self.connection, [place.peer_id])
        counts = await unread.each(self.connection, self.viewer, [conversation_id])
        return MessagePage(
            messages=[one.seen(self.viewer, conversation_id, bought=one.id in bought) for one in shown],
            peer=peers[place.peer_id].person(),
            unread_messages=counts[conversation_id],
            read_up_to=place.read_message_id,
            peer_read_up_to=await conversations.peer_read_up_to(self.connection, place),
            next_cursor=Cursor(shown[-1].created_at, shown[-1].id).encode() if len(found) > limit else None,
        )

    async def _messages(self, place: Membership, limit: int, after: Cursor | None) -> list[Message]:
        """Each kind is read by its own index: one statement for both would walk all messages there are."""
        kinds = (message.between(place), message.reached(place))
        found = [one for kind in kinds for one in await self._newest(kind, limit, after)]
        return sorted(found, key=lambda one: one.seq, reverse=True)[:limit]

    async def _newest(self, kind: ColumnElement[bool], limit: int, after: Cursor | None) -> list[Message]:
        statement = select(*message.ROW).where(kind).order_by(_COLUMNS.seq.desc()).limit(limit)
        if after is not None:
            statement = statement.where(_COLUMNS.seq < seq_of(after))
        return [Message(*row) for row in await self.connection.execute(statement)]


def seq_of(after: Cursor) -> ColumnElement[int]:
    """Where a page ended; a message that there is not ends no page, so nothing follows it."""
    ends = tables.message.alias()
    return select(ends.c.seq).where(ends.c.id == after.id).scalar_subquery()
