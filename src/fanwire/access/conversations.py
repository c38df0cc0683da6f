"""Who is in a conversation, and whether they may write to each other."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import DataError

from fanwire.access.directory import prepared
from fanwire.errors import ConfigurationError
from fanwire.payloads.access import block_of
from fanwire.store.database import Database
from fanwire.store.tables import access


class Conversations(Protocol):
    """Answers for the platform's own data, afresh each time."""

    async def conversation(self, conversation_id: str) -> frozenset[str]:
        """Its members; nobody is in one that there is not."""
        ...


class SqlConversations:
    """Conversations in the platform's own tables, in the same database.

    ``sql`` is one SELECT with ``:id`` that gives a row with ``member`` for each user; setting
    ``directory.conversation``.

    Raises:
        ConfigurationError: the statement has no ``:id``.
    """

    def __init__(self, database: Database, sql: str) -> None:
        self._database = database
        self._statement = prepared(sql, "directory.conversation", "the conversation's id")

    async def conversation(self, conversation_id: str) -> frozenset[str]:
        """The members. An id that the column's type cannot hold is that of no conversation.

        Raises:
            ConfigurationError: the statement does not give the column that it should.
        """
        async with self._database.look() as connection:
            try:
                result = await connection.execute(self._statement, {"id": conversation_id})
            except DataError:
                return frozenset()
        if "member" not in result.keys():  # noqa: SIM118 - a result, not a dict
            raise ConfigurationError("directory.conversation does not give the column member; name it with AS")
        return frozenset(str(row.member) for row in result)


class Blocks:
    """The blocks in the access log: what its last commit says is what holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, user: str, others: Collection[str]) -> bool:
        """``user`` has blocked one of ``others``, or was blocked by one of them."""
        log = access.c
        mine, theirs = block_of(user), [block_of(other) for other in others]
        pairs = or_(
            and_(log.resource == mine, log.user_id.in_(others)),
            and_(log.resource.in_(theirs), log.user_id == user),
        )
        newest = select(func.max(log.id)).where(pairs).group_by(log.user_id, log.resource)
        async with self._database.look() as connection:
            found = await connection.execute(select(log.id).where(log.id.in_(newest), log.kind == "block").limit(1))
            return found.first() is not None
