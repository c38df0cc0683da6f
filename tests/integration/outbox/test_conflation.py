"""Hot counters on real databases: few frames, rising versions, and the last value always arrives."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from fanwire.errors import BrokerUnavailable
from fanwire.frames.frame import Frame, Target
from fanwire.inbox.apply import apply_rows
from fanwire.outbox.outage import FIRST_DELAY
from fanwire.outbox.publishing import BATCH
from fanwire.outbox.relay import Relay
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.frames import StoredFrame, delete_frames, insert_frames, waiting_frames
from fanwire.testing import FakeClock
from tests.integration.outbox.relays import Recorder, count, relay, until

POST = "post:7"
_numbers = itertools.count(1)


async def like(database: Database, *counts: int | None, post: str = "7") -> None:
    """One committed like for each count."""
    rows = []
    for likes in counts:
        number = next(_numbers)
        payload = {"postId": post, "userId": f"u{number}", "liked": True}
        if likes is not None:
            payload["likesCount"] = likes
        rows.append({"event_id": f"like{number}", "function": "update_post_likes", "payload": payload})
    async with database.write.begin() as connection:
        await connection.execute(sa.insert(tables.outbox), rows)


def said(out: Recorder, channel: str = POST) -> list[dict[str, Any]]:
    return [msgspec.json.decode(frame.data) for frame in out.frames if frame.channel == channel]


def counts(out: Recorder, channel: str = POST) -> list[int]:
    return [frame["likesCount"] for frame in said(out, channel)]


def liking(database: Database, out: Recorder, clock: FakeClock, **options: Any) -> Relay:
    return relay(database, out, apply=apply_rows, clock=clock, full_scan_interval=0.0, **options)


async def test_a_thousand_likes_in_a_second_are_eleven_frames(database: Database, clock: FakeClock) -> None:
    out = Recorder()
    work = liking(database, out, clock)
    for step in range(50):
        await like(database, *range(20 * step + 1, 20 * step + 21))
        await work.step()
        clock.advance(0.02)
    clock.advance(0.1)
    await work.step()
    frames = said(out)
    assert 10 <= len(frames) <= 11
    assert frames[-1]["likesCount"] == 1_000
    versions = [frame["version"] for frame in frames]
    assert versions == sorted(set(versions))
    assert {frame.skip_history for frame in out.frames if frame.channel == POST} == {True}
    assert sum(frame.channel.startswith("feed:") for frame in out.frames) == 1_000
    assert await count(database, tables.frame) == 0


async def test_the_first_change_after_quiet_is_not_delayed(database: Database, clock: FakeClock) -> None:
    out = Recorder()
    work = liking(database, out, clock)
    await like(database, 1)
    await work.step()
    assert counts(out) == [1]
    await like(database, 2)
    await work.step()
    clock.advance(0.09)
    await like(database, 3)
    await work.step()
    assert counts(out) == [1]
    clock.advance(0.02)
    await work.step()
    assert counts(out) == [1, 3]
    clock.advance(5)
    await like(database, 4)
    await work.step()
    assert counts(out) == [1, 3, 4]


async def test_other_posts_and_other_frames_do_not_wait(database: Database, clock: FakeClock) -> None:
    out = Recorder()
    work = liking(database, out, clock)
    await like(database, 1)
    await work.step()
    await like(database, 2)
    await like(database, 9, post="8")
    async with database.write.begin() as connection:
        await insert_frames(connection, [Frame(Target.CHANNEL, POST, {"likesCount": -1}, "c1", "c1:0")])
    await work.step()
    assert counts(out) == [1, -1]
    assert counts(out, "post:8") == [9]


async def test_likes_without_a_count_are_news_and_all_arrive(database: Database, clock: FakeClock) -> None:
    out = Recorder()
    work = liking(database, out, clock)
    await like(database, None, None, None)
    await work.step()
    assert len({frame["userId"] for frame in said(out)}) == 3
    assert {frame.skip_history for frame in out.frames} == {False}


async def test_a_held_value_outlives_its_relay(database: Database, clock: FakeClock) -> None:
    """A relay that dies within the interval leaves the value in the database; the next one sends it."""
    out = Recorder()
    first = liking(database, out, clock)
    await like(database, 1)
    await first.step()
    await like(database, 2)
    await like(database, 3)
    await first.step()
    assert (counts(out), await count(database, tables.frame)) == ([1], 1)
    await first._lease.release()
    second = liking(database, out, clock)
    assert await second.publish_left_over() == 1
    assert (counts(out), await count(database, tables.frame)) == ([1, 3], 0)


async def test_who_deletes_an_older_value_late_does_not_delete_the_newer(database: Database) -> None:
    """A relay that lost its lease while it published an old value must not take the new one with it."""
    async with database.write.begin() as connection:
        await insert_frames(connection, [value(1)])
        old = await waiting_frames(connection, 10)
        await insert_frames(connection, [value(2)])
        await delete_frames(connection, [frame.id for frame in old])
        assert [frame.key for frame in await waiting_frames(connection, 10)] == ["e2:0"]


async def test_a_relay_that_is_replaced_in_a_long_backlog_publishes_no_more_of_it(
    database: Database, clock: FakeClock
) -> None:
    """Else its old values of a counter would follow the new ones of its successor."""
    out = Recorder()
    work = liking(database, out, clock, lease_ttl=3.0)
    await work.step()
    async with database.write.begin() as connection:
        frames = [Frame(Target.CHANNEL, "c", {}, f"b{n}", f"b{n}:0") for n in range(BATCH)]
        await insert_frames(connection, [*frames, value(1)])

    class Slow(Recorder):
        async def publish(self, frames: Sequence[StoredFrame]) -> None:
            await super().publish(frames)
            clock.advance(4)
            async with database.write.begin() as connection:
                await connection.execute(sa.update(tables.relay_lease).values(token=99, owner="successor"))

    slow = Slow()
    work._publishing._publisher = slow
    assert await work.step() == 0
    assert (len(slow.frames), work.stats.leases_lost) == (BATCH, 1)
    assert [frame.key for frame in await waiting(database)] == ["e1:0"]


async def test_a_relay_that_was_replaced_does_not_wait_for_what_it_held(database: Database, clock: FakeClock) -> None:
    """Else it would look again without a pause for as long as another one is the relay."""
    work = liking(database, Recorder(), clock, lease_ttl=3.0, poll_interval=0.05)
    for number in (1, 2):
        await like(database, number)
        await work.step()
    assert work._publishing.wait is not None
    async with database.write.begin() as connection:
        await connection.execute(sa.update(tables.relay_lease).values(token=99, owner="successor"))
    clock.advance(4)
    assert await work.step() == 0
    assert (work.stats.leases_lost, work._pause()) == (1, 0.05)


async def test_what_is_held_waits_for_a_broker_that_is_away(database: Database, clock: FakeClock) -> None:
    """Its time may come before that of the next try: looking again until then would be in vain."""
    out = Recorder()
    work = liking(database, out, clock, conflate_interval=0.1)
    for number in (1, 2):
        await like(database, number)
        await work.step()

    def down(_frames: Sequence[StoredFrame]) -> None:
        raise BrokerUnavailable("no answer")

    clock.advance(0.09)
    out.fails = down
    await like(database, 9, post="8")
    await work.step()
    clock.advance(0.01)
    assert await work.step() == 0
    assert work._pause() == pytest.approx(FIRST_DELAY - 0.01)


async def test_one_batch_keeps_the_newest_in_its_place(database: Database) -> None:
    plain = Frame(Target.CHANNEL, POST, {}, "p", "p:0")
    frames = [value(1), value(2, "likes:c1"), plain, value(3), value(4, channel="post:8")]
    async with database.write.begin() as connection:
        await insert_frames(connection, [value(0)])
        await insert_frames(connection, frames)
        waiting: list[StoredFrame] = await waiting_frames(connection, 10)
    assert [frame.key for frame in waiting] == ["e2:0", "p:0", "e3:0", "e4:0"]
    assert [frame.conflation_key for frame in waiting] == ["likes:c1", None, "likes", "likes"]


async def test_a_running_relay_sends_the_held_value_when_its_time_has_come(database: Database) -> None:
    """Without a poll and without another commit."""
    out = Recorder()
    work = relay(database, out, apply=apply_rows, poll_interval=3600, conflate_interval=0.1)
    task = asyncio.create_task(work.run())
    await until(lambda: work.stats.holding)
    await like(database, 1)
    work.wake()
    await until(lambda: counts(out) == [1])
    await like(database, 2)
    work.wake()
    await until(lambda: counts(out) == [1, 2])
    work.stop()
    await task


async def waiting(database: Database) -> list[StoredFrame]:
    async with database.read.connect() as connection:
        return await waiting_frames(connection, 10)


def value(number: int, key: str = "likes", channel: str = POST) -> Frame:
    return Frame(
        Target.CHANNEL, channel, {}, f"e{number}", f"e{number}:0", number, skip_history=True, conflation_key=key
    )
