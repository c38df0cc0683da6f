"""Rows that cannot be applied are set aside with their error; the others go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.frames.frame import Frame
from fanwire.outbox.applying import Apply
from fanwire.outbox.dead_letters import MAX_ERROR, DeadLetters
from fanwire.outbox.row import OutboxRow
from fanwire.store import migrate, tables
from fanwire.store.database import Database
from tests.integration.outbox.relays import Recorder, commit, count, echo, relay


async def test_one_bad_row_among_good_ones(database: Database) -> None:
    out = Recorder()
    work = relay(database, out)
    await commit(database, {"n": 1}, {"n": 2, "poison": "x"}, {"n": 3})
    await work.step()
    assert out.numbers == [1, 3]
    assert [frame.version for frame in out.frames] == [1, 2]  # a dead letter takes no place in the order
    assert (work.stats.applied, work.stats.dead) == (2, 1)
    [letter] = await DeadLetters(database).list()
    assert (letter.event_id, letter.function, letter.error) == ("e2", "f", "InvalidEvent: poison: x")
    assert await DeadLetters(database).count() == 1


async def test_a_retried_row_goes_to_the_end_and_a_dropped_one_is_gone(database: Database) -> None:
    out = Recorder()
    await commit(database, {"n": 1, "poison": "x"}, {"n": 2, "poison": "y"})
    work = relay(database, out, apply=_refuse_poison_only_once())
    await work.step()
    letters = DeadLetters(database)
    first, second = [letter.id for letter in await letters.list()]
    assert [letter.id for letter in await letters.list(limit=1, after=first)] == [second]
    assert await letters.drop([second, 999]) == 1
    assert await letters.retry([first]) == 1
    assert await letters.list() == []
    await work.step()
    assert out.numbers == [1]
    assert await count(database, tables.outbox) == 0


def _refuse_poison_only_once() -> Apply:
    refused: set[str] = set()

    async def apply(
        connection: AsyncConnection, rows: Sequence[OutboxRow], first_gseq: int, now: datetime
    ) -> list[Frame]:
        fresh = [row for row in rows if row.event_id not in refused]
        if fresh:
            if len(rows) == 1:
                refused.add(fresh[0].event_id)
            raise ValueError("not this time")
        clean = [_without_poison(row) for row in rows]
        return await echo(connection, clean, first_gseq, now)

    return apply


def _without_poison(row: OutboxRow) -> OutboxRow:
    payload = {name: value for name, value in row.payload.items() if name != "poison"}
    return OutboxRow(row.id, row.version, row.event_id, row.function, payload, row.ordering_key, row.created_at)


@pytest.mark.parametrize(
    ("columns", "values", "error"),
    [
        ("version, event_id, function, payload", "7, 'e', 'f', '{}'", "version 7 is unknown"),
        ("event_id, function, payload", "'e', 'f', '[1]'", "Expected `object`"),
        ("event_id, function, payload", "'e', 'f', '\"text\"'", "Expected `object`"),
    ],
)
async def test_a_row_that_breaks_the_contract(database: Database, columns: str, values: str, error: str) -> None:
    await _insert(database, columns, values)
    await _good_row_goes_on_and_dead_one_says(database, error)


@pytest.mark.parametrize(
    ("columns", "values", "error"),
    [
        ("event_id, function, payload", "'e', 'f', 'no json'", "JSON is malformed"),
        ("event_id, function, payload, created_at", "'e', 'f', '{}', 'yesterday'", "Invalid RFC3339"),
        ("event_id, function, payload", "x'00ff', 'f', '{}'", "Expected `str`"),
        ("event_id, function, payload", "'e', 'f', x'00'", "JSON is malformed"),
    ],
)
async def test_what_only_sqlite_lets_in(sqlite_url: str, columns: str, values: str, error: str) -> None:
    await migrate.upgrade_async(sqlite_url)
    database = Database.open(sqlite_url)
    await _insert(database, columns, values)
    await _good_row_goes_on_and_dead_one_says(database, error)
    await database.close()


async def _insert(database: Database, columns: str, values: str) -> None:
    async with database.write.begin() as connection:
        await connection.exec_driver_sql(f"INSERT INTO fanwire_outbox ({columns}) VALUES ({values})")


async def _good_row_goes_on_and_dead_one_says(database: Database, error: str) -> None:
    out = Recorder()
    await commit(database, {"n": 1})
    await relay(database, out).step()
    assert out.numbers == [1]
    [letter] = await DeadLetters(database).list()
    assert error in letter.error


async def test_a_constraint_met_by_one_row_is_that_rows_fault(database: Database) -> None:
    async def apply(
        connection: AsyncConnection, rows: Sequence[OutboxRow], first_gseq: int, now: datetime
    ) -> list[Frame]:
        for row in rows:
            if row.payload["n"] == 2:
                await connection.execute(sa.insert(tables.inbox_user), [{"user_id": "u"}, {"user_id": "u"}])
        return await echo(connection, rows, first_gseq, now)

    out = Recorder()
    await commit(database, {"n": 1}, {"n": 2}, {"n": 3})
    await relay(database, out, apply=apply).step()
    assert out.numbers == [1, 3]
    assert await count(database, tables.dead_letter) == 1


async def test_a_missing_table_is_nobodys_fault(database: Database) -> None:
    """A schema that was not upgraded must not empty the outbox into the dead letters."""

    async def apply(connection: AsyncConnection, *_rest: object) -> list[Frame]:
        await connection.execute(sa.text("SELECT * FROM nowhere"))
        return []

    await commit(database, {"n": 1})
    with pytest.raises((OperationalError, sa.exc.ProgrammingError)):
        await relay(database, Recorder(), apply=apply).step()
    assert (await count(database, tables.outbox), await count(database, tables.dead_letter)) == (1, 0)


async def test_a_huge_error_is_cut(database: Database) -> None:
    async def apply(*_: object) -> list[Frame]:
        raise ValueError("x\0" * 100_000)

    await commit(database, {"n": 1})
    await relay(database, Recorder(), apply=apply).step()
    [letter] = await DeadLetters(database).list()
    assert len(letter.error) == MAX_ERROR


async def test_a_row_that_somebody_deletes_meanwhile_is_not_applied(database: Database) -> None:
    out = Recorder()
    await commit(database, {"n": 1}, {"n": 2})
    meddled = False

    async def apply(
        connection: AsyncConnection, rows: Sequence[OutboxRow], first_gseq: int, now: datetime
    ) -> list[Frame]:
        nonlocal meddled
        if not meddled:
            meddled = True
            await connection.execute(sa.delete(tables.outbox).where(tables.outbox.c.event_id == "e1"))
        return await echo(connection, rows, first_gseq, now)

    work = relay(database, out, apply=apply)
    assert await work.step() == 0
    assert out.frames == []  # rolled back, the deletion with it
    await work.step()
    assert out.numbers == [1, 2]
