"""Two requests that PostgreSQL finds waiting for each other: both are answered, and both have been done once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fanwire.platform.again import unless_deadlocked
from fanwire.store.database import Database


async def test_the_victim_of_a_deadlock_is_done_again(postgres: Database) -> None:
    async with postgres.begin() as connection:
        await connection.execute(text("CREATE TABLE pot (name text PRIMARY KEY, held int NOT NULL)"))
        await connection.execute(text("INSERT INTO pot VALUES ('a', 0), ('b', 0)"))
    both_hold_one = asyncio.Barrier(2)
    runs: list[str] = []

    async def add(first: str, then: str) -> None:
        again = first in runs
        runs.append(first)
        async with postgres.begin() as connection:
            await connection.execute(text("UPDATE pot SET held = held + 1 WHERE name = :name"), {"name": first})
            if not again:
                await both_hold_one.wait()
            await connection.execute(text("UPDATE pot SET held = held + 1 WHERE name = :name"), {"name": then})

    async with asyncio.timeout(20):
        await asyncio.gather(
            unless_deadlocked(lambda: add("a", "b")),
            unless_deadlocked(lambda: add("b", "a")),
        )
    assert len(runs) == 3
    async with postgres.read.connect() as connection:
        assert list((await connection.execute(text("SELECT held FROM pot"))).scalars()) == [2, 2]


async def test_other_errors_are_not_repeated(postgres: Database) -> None:
    runs = 0

    async def fails() -> None:
        nonlocal runs
        runs += 1
        async with postgres.begin() as connection:
            await connection.execute(text("SET LOCAL statement_timeout = '1ms'"))
            await connection.execute(text("SELECT pg_sleep(1)"))

    with pytest.raises(OperationalError):
        await unless_deadlocked(fails)
    assert runs == 1
