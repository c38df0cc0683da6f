"""The one statement that counts what is unread, for one user or for many.

Its cost is two index look-ups per stream that the user follows, whatever the number of items: audience items
are numbered within their stream, so a range of them is a difference of two numbers, less the holes that
deleted posts left, less those that the user has read one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.frames.notifications import Counts
from fanwire.inbox.rowset import TEXT, packed, rowset
from fanwire.store.tables import Big, audience_event, inbox_exception, inbox_user, membership, relay_lease

# Above every gseq.
END = 2**63 - 1
# A personal item that was not read by itself, in the words of the partial index: SQLite uses it for no others.
NOT_READ: ColumnElement[Any] = literal_column("NOT is_read")


class State(NamedTuple):
    """One user's state and counts as ONE statement saw them; ``position`` is the global order's head."""

    user: str
    version: int
    read_gseq: int
    clear_gseq: int
    personal: int
    audience: int
    position: int

    @property
    def unread(self) -> int:
        return self.personal + self.audience

    def counts(self) -> Counts:
        return Counts(self.unread, self.version, self.position)


async def of(connection: AsyncConnection, user: str) -> State:
    """The state of ``user``; a user who never had anything has version 0."""
    return _state((await connection.execute(_one(), {"user": user})).one())


async def of_many(connection: AsyncConnection, users: Iterable[str]) -> dict[str, State]:
    """The states of many users, in one statement."""
    rows = packed({"user_id": user} for user in users)
    result = await connection.execute(_many(connection.dialect.name), {"users": rows})
    return {row.user_id: _state(row) for row in result}


def number_at(stream: ColumnElement[str], gseq: ColumnElement[int]) -> ScalarSelect[int]:
    """The number of the newest item of ``stream`` at or below ``gseq``; null or 0 before the first.

    Compares rows, because no other index than (stream, gseq) can answer that: with ``stream = ...`` and an
    order by gseq a planner may walk the whole table by its primary key (../shared/INBOX.md section 6).
    """
    event = audience_event.alias()
    at = tuple_(event.c.stream, event.c.gseq)
    number = case((event.c.stream == stream, event.c.n), else_=0)
    found = select(number).where(at <= tuple_(stream, gseq)).order_by(event.c.stream.desc(), event.c.gseq.desc())
    return found.limit(1).correlate_except(event).scalar_subquery()


@cache
def _one() -> Select[Any]:
    return _counting(select(bindparam("user", type_=TEXT).label("user_id")).subquery("who"))


@cache
def _many(dialect: str) -> Select[Any]:
    return _counting(rowset(dialect, "users", {"user_id": TEXT}))


def _counting(who: FromClause) -> Select[Any]:
    read_gseq = func.coalesce(inbox_user.c.read_gseq, 0)
    head = select(relay_lease.c.gseq).where(relay_lease.c.name == "relay").scalar_subquery()
    return select(
        who.c.user_id,
        func.coalesce(inbox_user.c.version, 0).label("version"),
        read_gseq.label("read_gseq"),
        func.coalesce(inbox_user.c.clear_gseq, 0).label("clear_gseq"),
        func.coalesce(inbox_user.c.unread, 0).label("personal"),
        (_in_memberships(who.c.user_id, read_gseq) - _read_one_by_one(who.c.user_id, read_gseq)).label("audience"),
        func.coalesce(head, 0).label("position"),
    ).select_from(who.outerjoin(inbox_user, inbox_user.c.user_id == who.c.user_id))


def _in_memberships(user: ColumnElement[str], above: ColumnElement[int]) -> ColumnElement[int]:
    """How many living items above the watermark the user gets."""
    mine = membership.alias()
    low = case((mine.c.from_gseq > above, mine.c.from_gseq), else_=above)
    high = func.coalesce(mine.c.to_gseq, literal(END, Big))
    hole = audience_event.alias()
    between = and_(hole.c.stream == mine.c.stream, hole.c.gseq > low, hole.c.gseq <= high)
    holes = select(func.count()).where(between, hole.c.deleted_at.is_not(None)).correlate_except(hole)
    numbers = func.coalesce(number_at(mine.c.stream, high), 0) - func.coalesce(number_at(mine.c.stream, low), 0)
    counted = select(func.sum(numbers - holes.scalar_subquery())).where(
        mine.c.user_id == user, or_(mine.c.to_gseq.is_(None), mine.c.to_gseq > above)
    )
    return func.coalesce(counted.correlate_except(mine).scalar_subquery(), 0)


def _read_one_by_one(user: ColumnElement[str], above: ColumnElement[int]) -> ScalarSelect[int]:
    """How many living items above the watermark are read all the same."""
    hole = audience_event.alias()
    gone = exists().where(hole.c.gseq == inbox_exception.c.gseq, hole.c.deleted_at.is_not(None))
    mine = and_(inbox_exception.c.user_id == user, inbox_exception.c.gseq > above)
    return select(func.count()).select_from(inbox_exception).where(mine, ~gone).scalar_subquery()


def _state(row: Row[Any]) -> State:
    # PostgreSQL sums bigints as numeric.
    return State(row.user_id, row.version, row.read_gseq, row.clear_gseq, row.personal, int(row.audience), row.position)
