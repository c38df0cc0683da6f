"""Whom a message to all reaches: the subscribers of its sender at that time, read from the access log.

No row says that somebody got it. It holds the end of the access log of its time, and what the log said then is
what counts: who lapses keeps the message, who subscribes later does not get it, who was blocked never had it.
"""

from __future__ import annotations

from sqlalchemy import FromClause, Select, and_, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from fanwire.payloads.access import block_of
from fanwire.store.tables import access

_SUBSCRIPTION = "creator:"
_BLOCK = block_of("")


async def end_of_log(connection: AsyncConnection) -> int:
    """The newest row of the access log."""
    return int(await connection.scalar(select(func.max(access.c.id))) or 0)


def to_all(message: FromClause) -> ColumnElement[bool]:
    """It is a message to all."""
    return message.c.conversation_id.is_(None)


def reaches(message: FromClause, user: ColumnElement[str] | str) -> ColumnElement[bool]:
    """The message to all reached ``user``."""
    person: ColumnElement[str] = literal(user) if isinstance(user, str) else user
    grant, block = access.alias(), access.alias()
    subscribed = exists().where(
        grant.c.id == _newest(message, person, _SUBSCRIPTION),
        grant.c.kind == "grant",
        or_(grant.c.until.is_(None), grant.c.until > message.c.created_at),
    )
    blocked = exists().where(block.c.id == _newest(message, person, _BLOCK), block.c.kind == "block")
    return and_(subscribed, ~blocked)


def creators_of(user: str) -> Select[str]:
    """Everybody to whom ``user`` has ever subscribed."""
    name = func.substr(access.c.resource, len(_SUBSCRIPTION) + 1)
    return select(name).where(access.c.user_id == user, access.c.resource.startswith(_SUBSCRIPTION)).distinct()


def _newest(message: FromClause, person: ColumnElement[str], kind: str) -> ColumnElement[int]:
    """The row of the log that held between ``person`` and the sender when the message was sent."""
    log = access.alias()
    found = select(func.max(log.c.id)).where(
        log.c.user_id == person,
        log.c.resource == literal(kind) + message.c.sender_id,
        log.c.id <= message.c.access_end,
    )
    return found.correlate(message, *person._from_objects).scalar_subquery()
