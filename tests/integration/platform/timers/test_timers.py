"""Timers fire once, when they are due, together with what they do; a failure holds up nobody."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from fanwire.clock import utc
from fanwire.platform import migrate as platform_migrate
from fanwire.platform import tables
from fanwire.platform.server_time import server_time
from fanwire.platform.timers import Firing, Runner, cancel, set_timer
from fanwire.platform.timers.runner import FIRST_RETRY
from fanwire.platform.timers.tables import timer
from fanwire.store.database import Database
from fanwire.testing.clock import FakeClock
from tests.integration.platform.api import time_of


class Noting:
    """A handler that writes a user of the timer's subject, so that a second firing collides."""

    def __init__(self) -> None:
        self.fired: list[str] = []
        self.again: datetime | None = None
        self.fails = 0

    async def __call__(self, firing: Firing) -> datetime | None:
        row = {"id": firing.subject, "nickname": firing.subject, "created_at": firing.now}
        await firing.connection.execute(insert(tables.user).values(row))
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a handler that cannot")
        self.fired.append(firing.subject)
        again, self.again = self.again, None
        return again


async def put(database: Database, subject: str, due_at: datetime, kind: str = "note") -> None:
    async with database.write.begin() as connection:
        await set_timer(connection, kind, subject, due_at)


async def waiting(database: Database) -> list[tuple[str, datetime, int]]:
    async with database.read.connect() as connection:
        columns = timer.c
        rows = await connection.execute(
            select(columns.subject, columns.try_at, columns.attempts).order_by(columns.subject)
        )
        return [(subject, at, attempts) for subject, at, attempts in rows]


async def drain(runner: Runner) -> int:
    fired = 0
    while await runner.step():
        fired += 1
    return fired


@pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
async def test_a_timer_fires_when_it_is_due_and_never_again(database: Database, clock: FakeClock) -> None:
    note = Noting()
    runner = Runner(database, {"note": note}, read_time=time_of(clock))
    await put(database, "a", utc(clock) + timedelta(seconds=10))
    clock.advance(9.9)
    assert await drain(runner) == 0
    clock.advance(0.1)
    assert await drain(runner) == 1
    clock.advance(1_000)
    assert await drain(runner) == 0
    assert note.fired == ["a"]


async def test_timers_fire_in_the_order_in_which_they_are_due(database: Database, clock: FakeClock) -> None:
    note = Noting()
    for subject, seconds in (("c", 3), ("a", 1), ("b", 2)):
        await put(database, subject, utc(clock) + timedelta(seconds=seconds))
    clock.advance(5)
    await drain(Runner(database, {"note": note}, read_time=time_of(clock)))
    assert note.fired == ["a", "b", "c"]


@pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
async def test_setting_again_replaces_and_cancelling_removes(database: Database, clock: FakeClock) -> None:
    now = utc(clock)
    await put(database, "a", now + timedelta(seconds=1))
    await put(database, "a", now + timedelta(seconds=5))
    await put(database, "b", now + timedelta(seconds=1))
    async with database.write.begin() as connection:
        await cancel(connection, "note", "b")
    assert await waiting(database) == [("a", now + timedelta(seconds=5), 0)]


async def test_a_rolled_back_transaction_leaves_no_timer(database: Database, clock: FakeClock) -> None:
    with suppress(RuntimeError):
        async with database.write.begin() as connection:
            await set_timer(connection, "note", "a", utc(clock))
            raise RuntimeError
    assert await waiting(database) == []


async def test_a_handler_may_ask_to_be_called_again(database: Database, clock: FakeClock) -> None:
    async def later(firing: Firing) -> datetime | None:
        return firing.due_at + timedelta(seconds=7) if firing.due_at == start else None

    start = utc(clock)
    runner = Runner(database, {"note": later}, read_time=time_of(clock))
    await put(database, "a", start)
    assert await drain(runner) == 1
    assert await waiting(database) == [("a", start + timedelta(seconds=7), 0)]
    clock.advance(7)
    assert await drain(runner) == 1
    assert await waiting(database) == []


@pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
async def test_a_failing_handler_writes_nothing_is_tried_again_and_holds_up_nobody(
    database: Database, clock: FakeClock
) -> None:
    broken, works = Noting(), Noting()
    broken.fails = 2
    runner = Runner(database, {"broken": broken, "note": works}, read_time=time_of(clock))
    await put(database, "x", utc(clock), "broken")
    await put(database, "y", utc(clock) + timedelta(seconds=0.5))
    clock.advance(0.5)
    assert await drain(runner) == 2
    assert (broken.fired, works.fired) == ([], ["y"])
    assert await waiting(database) == [("x", utc(clock) + timedelta(seconds=FIRST_RETRY), 1)]
    clock.advance(FIRST_RETRY)
    await drain(runner)
    assert await waiting(database) == [("x", utc(clock) + timedelta(seconds=2 * FIRST_RETRY), 2)]
    clock.advance(2 * FIRST_RETRY)
    await drain(runner)
    assert broken.fired == ["x"]
    assert await waiting(database) == []


async def test_a_kind_that_this_process_does_not_know_is_left_to_others(database: Database, clock: FakeClock) -> None:
    await put(database, "a", utc(clock), "of-a-newer-version")
    assert await drain(Runner(database, {"note": Noting()}, read_time=time_of(clock))) == 0
    assert len(await waiting(database)) == 1


@pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
async def test_three_runners_fire_each_timer_once_by_the_clock_of_the_database(database: Database) -> None:
    note = Noting()
    async with database.write.begin() as connection:
        now = await server_time(connection)
        for number in range(60):
            await set_timer(connection, "note", f"t{number}", now - timedelta(seconds=60 - number))
        await set_timer(connection, "note", "tomorrow", now + timedelta(days=1))
    counts = await asyncio.gather(*(drain(Runner(database, {"note": note})) for _ in range(3)))
    assert sum(counts) == 60
    assert sorted(note.fired) == sorted(f"t{number}" for number in range(60))
    assert [subject for subject, _, _ in await waiting(database)] == ["tomorrow"]


async def test_setting_never_waits_for_a_handler_that_waits_for_the_setter(pg_url: str) -> None:
    """The order of locks is timer, subject in the runner and subject, timer in the caller: no deadlock."""
    platform_migrate.upgrade(pg_url)
    database = Database.open(pg_url)
    claimed = asyncio.Event()
    owner = select(tables.user.c.nickname).where(tables.user.c.id == "s").with_for_update()
    seen: list[str] = []

    async def handler(firing: Firing) -> None:
        claimed.set()
        seen.append((await firing.connection.execute(owner)).scalar_one())

    async with database.write.begin() as connection:
        now = await server_time(connection)
        await connection.execute(insert(tables.user).values(id="s", nickname="old", created_at=now))
        await set_timer(connection, "note", "s", now)
    async with database.write.begin() as connection:
        await connection.execute(owner)
        running = asyncio.ensure_future(Runner(database, {"note": handler}).step())
        await claimed.wait()
        await set_timer(connection, "note", "s", now + timedelta(days=1))
        await connection.execute(tables.user.update().values(nickname="new"))
    assert await running
    assert seen == ["new"]
    assert [(subject, at) for subject, at, _ in await waiting(database)] == [("s", now + timedelta(days=1))]
    await database.close()


async def test_run_fires_by_itself_and_outlives_a_database_that_does_not_answer(database: Database) -> None:
    fired = asyncio.Event()

    async def handler(_firing: Firing) -> None:
        fired.set()

    reads = 0

    async def sometimes(connection: object) -> datetime:
        nonlocal reads
        reads += 1
        if reads == 1:
            raise OSError("gone")
        return await server_time(connection)  # type: ignore[arg-type]

    async with database.write.begin() as connection:
        await set_timer(connection, "note", "a", await server_time(connection))
    task = asyncio.ensure_future(Runner(database, {"note": handler}, read_time=sometimes).run())
    async with asyncio.timeout(10):
        await fired.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert reads > 1
