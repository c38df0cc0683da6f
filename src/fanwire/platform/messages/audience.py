"""Whom a message to all reaches: the subscribers of its sender at that time, read from the access log.

No row says that somebody got it. It holds the end of the access log of its time, and what the log said then is
what counts: who lapses keeps the message, who subscribes later does not get it, who was blocked never had it.
"""

from __future__ import annotations

from sqlalchemy import Column, FromClause, Select, and_, false, func, literal, not_, or_, select
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


def reaches(message: FromClause, user: Column[str] | str) -> ColumnElement[bool]:
    """The message to all reached ``user``: a person, or the column of the statement around that names one."""
    log = access.alias()
    lasts = or_(log.c.until.is_(None), log.c.until > message.c.created_at)
    subscribed = _last_word(message, user, log, _SUBSCRIPTION, and_(log.c.kind == "grant", lasts))
    log = access.alias()
    blocked = _last_word(message, user, log, _BLOCK, log.c.kind == "block")
    return and_(subscribed, not_(blocked))


def creators_of(user: str) -> Select[str]:
    """Everybody to whom ``user`` has ever subscribed."""
    name = func.substr(access.c.resource, len(_SUBSCRIPTION) + 1)
    return select(name).where(access.c.user_id == user, access.c.resource.startswith(_SUBSCRIPTION)).distinct()


def _last_word(
    message: FromClause, user: Column[str] | str, log: FromClause, kind: str, says: ColumnElement[bool]
) -> ColumnElement[bool]:
    """What ``says`` is in the row that held between ``user`` and the sender when the message was sent.

    A value and no EXISTS: that would become a join, and a reader of the newest few would join all there are.
    """
    found = (
        select(says)
        .where(
            log.c.user_id == user,
            log.c.resource == literal(kind) + message.c.sender_id,
            log.c.id <= message.c.access_end,
        )
        .order_by(log.c.id.desc())
        .limit(1)
    )
    around = (message,) if isinstance(user, str) else (message, user.table)
    return func.coalesce(found.correlate(*around).scalar_subquery(), false())
