"""The relay on real databases: what is committed goes out once and in order, what is not does not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from fanwire.errors import BrokerUnavailable
from fanwire.frames.frame import Frame, Target
from fanwire.outbox.backlog import measure
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.frames import StoredFrame, append_frames
from fanwire.testing import FakeClock
from tests.integration.outbox.relays import Recorder, commit, count, relay, say, until


async def test_a_commit_is_published_once_and_leaves_nothing_behind(database: Database) -> None:
    out = Recorder()
    work = relay(database, out)
    await commit(database, {"n": 1}, {"n": 2})
    assert await work.step() == 4  # two rows, two frames
    assert await work.step() == 0
    assert out.numbers == [1, 2]
    assert [(f.channel, f.key, f.event_id, f.version, f.target) for f in out.frames] == [
        ("c", "e1:0", "e1", 1, Target.CHANNEL),
        ("c", "e2:0", "e2", 2, Target.CHANNEL),
    ]
    assert await count(database, tables.outbox) == await count(database, tables.frame) == 0
    assert (work.stats.applied, work.stats.published, work.stats.dead) == (2, 2, 0)


async def test_a_rollback_sends_nothing(database: Database) -> None:
    out = Recorder()
    work = relay(database, out)
    async with database.write.connect() as connection:
        await say(connection, {"n": 1})
        await connection.rollback()
    assert await work.step() == 0
    assert out.frames == []


async def test_gseq_counts_every_row_once_over_batches_and_relays(database: Database) -> None:
    out = Recorder()
    first = relay(database, out, batch_size=2)
    await commit(database, *({"n": n} for n in range(5)))
    while await first.step():
        pass
    first.stop()
    await first.run()  # gives the lease back
    await commit(database, {"n": 5})
    await relay(database, out).step()
    assert [frame.version for frame in out.frames] == [1, 2, 3, 4, 5, 6]


async def test_a_running_relay_is_woken_by_the_commit_and_not_by_its_poll(database: Database) -> None:
    out = Recorder()
    work = relay(database, out, poll_interval=3600)
    task = asyncio.create_task(work.run())
    await until(lambda: work.stats.holding)
    async with database.write.begin() as connection:
        await append_frames(connection, [Frame(Target.CHANNEL, "c", {"n": "act"}, "e", "k")])
    await until(lambda: out.numbers == ["act"])
    work.stop()
    await task


async def test_rows_of_other_programs_are_found_by_the_poll(database: Database) -> None:
    out = Recorder()
    work = relay(database, out, poll_interval=0.01)
    task = asyncio.create_task(work.run())
    await commit(database, {"n": 1})  # plain SQL: announces nothing
    await until(lambda: out.numbers == [1])
    work.stop()
    await task
    assert not work.stats.holding


async def test_frames_of_a_readers_acts_keep_their_place(database: Database) -> None:
    """An act's frame that was committed first goes out before what the relay applies later."""
    out = Recorder()
    work = relay(database, out)
    async with database.write.begin() as connection:
        await append_frames(connection, [Frame(Target.CHANNEL, "c", {"n": "act"}, "a", "a:0", 1)])
    await commit(database, {"n": "event"})
    await work.step()
    assert out.numbers == ["act", "event"]


async def test_the_frames_of_a_previous_life_go_out_first(database: Database) -> None:
    async with database.write.begin() as connection:
        frames = [Frame(Target.CHANNEL, "c", {"n": n}, f"e{n}", f"k{n}") for n in range(3)]
        await append_frames(connection, frames)
    out = Recorder()
    assert await relay(database, out).publish_left_over() == 3
    assert out.numbers == [0, 1, 2]
    assert await count(database, tables.frame) == 0


async def test_frames_stay_until_the_broker_has_them(database: Database, clock: FakeClock) -> None:
    out = Recorder()
    work = relay(database, out, clock=clock)

    def down(_frames: Sequence[StoredFrame]) -> None:
        raise BrokerUnavailable("no answer")

    out.fails = down
    await commit(database, {"n": 1})
    assert await work.step() == 1
    await commit(database, {"n": 2})
    await work.step()  # applied although nothing can be published: the inbox stays current
    assert (await count(database, tables.outbox), await count(database, tables.frame)) == (0, 2)
    out.fails = lambda _frames: None
    assert await work.step() == 0  # the next try is not due yet
    clock.advance(2)
    assert await work.step() == 2
    assert out.numbers == [1, 2]


async def test_a_channel_that_fails_keeps_its_order_and_stops_no_other(database: Database, clock: FakeClock) -> None:
    out = Recorder()
    work = relay(database, out, clock=clock)

    def bad_channel(frames: Sequence[StoredFrame]) -> None:
        if any(frame.channel == "bad" for frame in frames):
            raise ValueError("channel too odd")

    out.fails = bad_channel
    await commit(database, {"n": 1}, {"n": 2}, channel="bad")
    await commit(database, {"n": 3}, channel="good")
    await work.step()
    assert out.numbers == [3]
    await commit(database, {"n": 4}, channel="bad")
    clock.advance(2)
    await work.step()
    out.fails = lambda _frames: None
    clock.advance(2)
    await work.step()
    assert out.numbers == [3, 1, 2, 4]


async def test_the_backlog_is_counted_and_dated(database: Database) -> None:
    await commit(database, {"n": 1}, {"n": 2})
    async with database.write.begin() as connection:
        await connection.execute(sa.text("UPDATE fanwire_outbox SET created_at = '2020-01-01 00:00:00.000000+00'"))
        await append_frames(connection, [Frame(Target.CHANNEL, "c", {}, "e", "k")])
    backlog = await measure(database)
    assert (backlog.pending, backlog.frames, backlog.dead) == (2, 1, 0)
    assert backlog.oldest_age > 24 * 3600


@pytest.mark.parametrize("rows", [1_000])
async def test_many_rows_go_out_in_order(database: Database, rows: int) -> None:
    out = Recorder()
    work = relay(database, out)
    async with database.write.begin() as connection:
        values = [{"event_id": f"e{n}", "function": "f", "payload": {"n": n}, "ordering_key": "c"} for n in range(rows)]
        await connection.execute(sa.insert(tables.outbox), values)
    while await work.step():
        pass
    assert out.numbers == list(range(rows))
