"""Promise P4 from the relay's side: the database goes away and comes back, and nothing is lost or set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from fanwire.errors import BrokerUnavailable
from fanwire.frames.frame import Frame
from fanwire.outbox.row import OutboxRow
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.frames import StoredFrame
from tests.integration.outbox.relays import Recorder, commit, count, echo, relay, until


class Switch:
    """Takes a database away as a restart does: connections killed, new ones refused."""

    def __init__(self, socket_dir: str, url: str) -> None:
        self._dir = socket_dir
        self._name = sa.make_url(url).database

    def off(self) -> None:
        with self._admin() as admin:
            admin.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false')
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self._name])

    def on(self) -> None:
        with self._admin() as admin:
            admin.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true')

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=self._dir, user="postgres", dbname="postgres", autocommit=True)


@pytest.fixture
def switch(pg_socket_dir: str, pg_url: str) -> Switch:
    return Switch(pg_socket_dir, pg_url)


async def test_the_database_goes_and_comes_back(postgres: Database, switch: Switch) -> None:
    out = Recorder()
    work = relay(postgres, out)
    with capture_logs() as logs:
        task = asyncio.create_task(work.run())
        await commit(postgres, {"n": 1})
        # Not before the frame is deleted too: a broker would suppress its repeat, the recorder does not.
        await until(lambda: work.stats.published == 1)
        switch.off()
        await until(lambda: work._outage.tries >= 4)
        switch.on()
        await commit(postgres, {"n": 2})
        await until(lambda: out.numbers == [1, 2])
        work.stop()
        await task
    assert [line["event"] for line in logs] == ["relay.database.down", "relay.database.back"]
    assert work.stats.dead == 0


async def test_a_connection_lost_in_the_middle_of_a_batch_blames_no_row(postgres: Database) -> None:
    lost = False

    async def apply(
        connection: AsyncConnection, rows: Sequence[OutboxRow], first_gseq: int, now: datetime
    ) -> list[Frame]:
        nonlocal lost
        if not lost:
            lost = True
            await connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return await echo(connection, rows, first_gseq, now)

    out = Recorder()
    work = relay(postgres, out, apply=apply)
    task = asyncio.create_task(work.run())
    await commit(postgres, {"n": 1}, {"n": 2})
    await until(lambda: out.numbers == [1, 2])
    work.stop()
    await task
    assert work.stats.dead == 0
    assert [frame.version for frame in out.frames] == [1, 2]


async def test_stop_does_not_wait_for_a_database_that_is_away(postgres: Database, switch: Switch) -> None:
    work = relay(postgres, Recorder())
    task = asyncio.create_task(work.run())
    await until(lambda: work.stats.holding)
    switch.off()
    await until(lambda: work._outage.tries >= 2)
    work.stop()
    async with asyncio.timeout(5):
        await task
    switch.on()


async def test_cancelling_a_running_relay_gives_the_lease_back(database: Database) -> None:
    work = relay(database, Recorder())
    task = asyncio.create_task(work.run())
    await until(lambda: work.stats.holding)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.read.connect() as connection:
        assert await connection.scalar(sa.select(tables.relay_lease.c.owner)) == ""


async def test_a_broker_that_is_away_is_one_line_and_costs_nothing(database: Database) -> None:
    out = Recorder()
    work = relay(database, out, poll_interval=0.005)

    def down(_frames: Sequence[StoredFrame]) -> None:
        raise BrokerUnavailable("no answer")

    out.fails = down
    with capture_logs() as logs:
        task = asyncio.create_task(work.run())
        await commit(database, {"n": 1}, {"n": 2})
        await until(lambda: work.stats.publish_failures >= 3)
        out.fails = lambda _frames: None
        await until(lambda: out.numbers == [1, 2])
        work.stop()
        await task
    assert [line["event"] for line in logs] == ["relay.publish.down", "relay.publish.back"]
    assert await count(database, tables.frame) == 0
