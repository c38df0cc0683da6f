"""What a post is: asked of the platform that owns it."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec
from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.exc import DataError

from fanwire.errors import ConfigurationError
from fanwire.store.database import Database

_COLUMNS = ("author", "locked", "tier", "deleted")


class PostFacts(msgspec.Struct, frozen=True):
    """``locked`` None: nobody knows, which counts as locked. ``tier`` is the lowest that may read, None: any."""

    author: str
    locked: bool | None
    tier: str | None = None
    deleted: bool = False


class Directory(Protocol):
    """Answers for the platform's own data. Implementations cache nothing, or answer for what they cache."""

    async def post(self, post_id: str) -> PostFacts | None:
        """The post, or None if there is none."""
        ...


class SqlDirectory:
    """A Directory over the platform's own tables, in the same database.

    ``sql`` is one SELECT with ``:id`` that gives ``author``, ``locked``, ``tier`` and ``deleted`` (a flag or a
    time); setting ``directory.post``.

    Raises:
        ConfigurationError: the statement has no ``:id``.
    """

    def __init__(self, database: Database, sql: str) -> None:
        self._database = database
        self._statement = prepared(sql, "directory.post", "the post's id")

    async def post(self, post_id: str) -> PostFacts | None:
        """The post. An id that the column's type cannot hold (a word for a number) is that of no post.

        Raises:
            ConfigurationError: the statement does not give the columns that it should.
        """
        async with self._database.look() as connection:
            try:
                row = (await connection.execute(self._statement, {"id": post_id})).first()
            except DataError:
                return None
        return None if row is None else _facts(row)


def prepared(sql: str, setting: str, meaning: str) -> TextClause:
    """The statement of a setting, with ``:id``. Raises: ConfigurationError."""
    statement = text(sql)
    if "id" not in statement.compile().params:
        raise ConfigurationError(f"{setting} must be a SELECT with :id for {meaning}")
    return statement.bindparams(bindparam("id"))


def _facts(row: Row[Any]) -> PostFacts:
    given = row._mapping
    missing = [name for name in _COLUMNS if name not in given]
    if missing:
        raise ConfigurationError(f"directory.post does not give the column {', '.join(missing)}; name them with AS")
    locked, tier = given["locked"], given["tier"]
    return PostFacts(
        author=str(given["author"]),
        locked=None if locked is None else bool(locked),
        tier=None if tier is None else str(tier).lower(),
        deleted=bool(given["deleted"]),
    )
