"""A creator and any number of paying subscribers, put into the tables by a few statements.

Each subscriber gets every row that a paid subscription leaves: the person, the subscription, the fact of access,
the membership, the state of the inbox.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Table, Text, cast, literal, select, text
from sqlalchemy.types import TypeEngine

from fanwire.platform import tables as platform
from fanwire.store import tables as fanwire
from fanwire.store.engines import sync_engine
from fanwire.store.urls import sync_url

_YEAR = timedelta(days=365)


def fan(number: int | str) -> str:
    """The user id of a subscriber; ``number`` counts from 1. The first are subscribed to every creator."""
    return f"fan{number}"


def subscribe_many(url: str, creators: dict[str, int]) -> None:
    """Make each creator with that many subscribers in a database that has its tables and nothing else."""
    engine = sync_engine(sync_url(url), 1)
    with engine.begin() as connection:
        now = datetime.now(UTC)
        _people(connection, max(creators.values()), now)
        for creator, count in creators.items():
            _creator(connection, creator, now)
            _subscriptions(connection, creator, count, now)
    if engine.dialect.name == "postgresql":
        # What it does by itself within minutes of such a load, and not while posts are timed.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
    engine.dispose()


def _people(connection: Connection, count: int, now: datetime) -> None:
    user = _fan(fans := _numbers(count))
    _insert(connection, platform.user, fans, id=user, nickname=user, created_at=_at(platform.user, "created_at", now))
    _insert(connection, fanwire.inbox_user, fans, user_id=user)


def _creator(connection: Connection, creator: str, now: datetime) -> None:
    row = {"id": creator, "nickname": creator, "is_creator": True, "created_at": now}
    connection.execute(platform.user.insert().values(row))


def _subscriptions(connection: Connection, creator: str, count: int, now: datetime) -> None:
    user, resource = _fan(fans := _numbers(count)), f"creator:{creator}"
    end, subscription = now + _YEAR, platform.subscription
    _insert(
        connection,
        subscription,
        fans,
        user_id=user,
        creator_id=literal(creator),
        id=literal(f"{creator}:") + user,
        tier=literal("basic"),
        created_at=_at(subscription, "created_at", now),
        valid_until=_at(subscription, "valid_until", end),
    )
    _insert(
        connection,
        fanwire.access,
        fans,
        user_id=user,
        resource=literal(resource),
        kind=literal("grant"),
        tier=literal("basic"),
        until=_at(fanwire.access, "until", end),
        event_id=literal(f"{creator}:") + user,
        applied=literal(0),
    )
    _insert(
        connection,
        fanwire.membership,
        fans,
        user_id=user,
        stream=literal(resource),
        from_gseq=literal(0),
        until=_at(fanwire.membership, "until", end),
    )


def _numbers(count: int) -> CTE:
    """1 to ``count``, made by the database."""
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < count))


def _fan(numbers: CTE) -> ColumnElement[str]:
    return literal(fan("")) + cast(numbers.c.n, Text)


def _at(table: Table, column: str, moment: datetime) -> ColumnElement[datetime]:
    kind: TypeEngine[datetime] = table.c[column].type
    return literal(moment, kind)


def _insert(connection: Connection, table: Table, numbers: CTE, **values: ColumnElement[Any]) -> None:
    rows = select(*(value.label(name) for name, value in values.items())).select_from(numbers)
    connection.execute(table.insert().from_select(list(values), rows))
