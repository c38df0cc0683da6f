"""One relay works at a time; a dead one is replaced in seconds, a late one applies nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import SystemClock
from fanwire.errors import LeaseLost
from fanwire.frames.frame import Frame
from fanwire.outbox.lease import Lease
from fanwire.outbox.row import OutboxRow
from fanwire.store import migrate, tables
from fanwire.store.database import Database
from fanwire.testing import FakeClock
from tests.integration.outbox.relays import Recorder, commit, count, echo, relay, until


async def expire(database: Database) -> None:
    async with database.write.begin() as connection:
        await connection.execute(sa.text("UPDATE fanwire_relay_lease SET expires_at = '2020-01-01 00:00:00.000000+00'"))


async def test_the_second_waits_until_the_first_lets_go(database: Database, clock: FakeClock) -> None:
    first, second = (Lease(database, clock, name, 60) for name in ("first", "second"))
    assert await first.hold()
    assert not await second.hold()
    await first.release()
    assert not await second.hold()  # asked a moment ago
    clock.advance(21)
    assert await second.hold()


async def test_a_holder_that_vanished_is_replaced_when_its_lease_has_expired(database: Database) -> None:
    out = Recorder()
    dead = relay(database, Recorder(), lease_ttl=0.2, owner="dead")
    await dead.step()
    heir = relay(database, out, lease_ttl=0.2, poll_interval=0.01, owner="heir")
    task = asyncio.create_task(heir.run())
    await commit(database, {"n": 1})
    await until(lambda: out.numbers == [1])
    heir.stop()
    await task


async def test_a_zombie_applies_nothing(database: Database) -> None:
    """It has claimed rows, is paused past its lease, and wakes up when another has applied them."""
    claimed, replaced = asyncio.Event(), asyncio.Event()
    zombie_out, out = Recorder(), Recorder()

    zombie = relay(database, zombie_out, owner="zombie")
    assert await zombie.step() == 0  # takes the lease
    next_rows = zombie._claims.next

    async def paused_after_claim() -> object:
        rows = await next_rows()
        claimed.set()
        await replaced.wait()
        return rows

    zombie._claims.next = paused_after_claim  # type: ignore[method-assign,assignment]
    await commit(database, {"n": 1}, {"n": 2})
    task = asyncio.create_task(zombie.step())
    await claimed.wait()
    await expire(database)
    heir = relay(database, out, owner="heir")
    await heir.step()
    replaced.set()
    assert await task == 0
    assert (zombie_out.frames, out.numbers) == ([], [1, 2])
    assert (zombie.stats.leases_lost, zombie.stats.holding, zombie.stats.applied) == (1, False, 0)
    assert [frame.version for frame in out.frames] == [1, 2]


async def test_renewal_notices_a_replacement(database: Database, clock: FakeClock) -> None:
    lease = Lease(database, clock, "first", 60)
    await lease.hold()
    await expire(database)
    assert await Lease(database, clock, "second", 60).hold()
    assert await lease.hold()  # nothing to renew yet
    clock.advance(21)
    with pytest.raises(LeaseLost, match="another relay took over from 'first'"):
        await lease.hold()
    assert not lease.held


async def test_renewal_keeps_others_out(database: Database, clock: FakeClock) -> None:
    first, second = (Lease(database, clock, name, 60) for name in ("first", "second"))
    await first.hold()
    await expire(database)
    clock.advance(21)
    assert await first.hold()  # expired and not taken: still ours
    assert not await second.hold()


async def test_an_owner_of_a_sqlite_file_seizes_the_lease_of_the_dead(sqlite_url: str) -> None:
    await migrate.upgrade_async(sqlite_url)
    database = Database.open(sqlite_url, owner=True)
    assert await Lease(database, SystemClock(), "dead", 3600).hold()
    heir = Lease(database, SystemClock(), "heir", 3600)
    assert await heir.hold()
    await database.close()


async def test_a_relay_frozen_inside_its_transaction_blocks_nobody_for_long(postgres: Database) -> None:
    """Its row lock on the lease ends with the idle limit of its session (PostgreSQL)."""
    inside, frozen = asyncio.Event(), asyncio.Event()

    async def freeze(_c: AsyncConnection, _rows: Sequence[OutboxRow], _first: int, _now: datetime) -> list[Frame]:
        inside.set()
        await frozen.wait()
        return []

    await commit(postgres, {"n": 1})
    stuck = relay(postgres, Recorder(), apply=freeze, lease_ttl=0.3)
    task = asyncio.create_task(stuck.step())
    await inside.wait()
    out = Recorder()
    heir = relay(postgres, out, lease_ttl=0.3, poll_interval=0.01)
    running = asyncio.create_task(heir.run())
    await until(lambda: out.numbers == [1])
    frozen.set()
    with pytest.raises(sa.exc.DBAPIError):
        await task
    heir.stop()
    await running
    assert await count(postgres, tables.outbox) == 0


async def test_three_relays_at_once_apply_each_row_once_and_in_order(database: Database) -> None:
    outs = [Recorder() for _ in range(3)]
    order: list[int] = []

    async def apply(
        connection: AsyncConnection, rows: Sequence[OutboxRow], first_gseq: int, now: datetime
    ) -> list[Frame]:
        return await echo(connection, rows, first_gseq, now)

    relays = [
        relay(database, out, apply=apply, lease_ttl=0.2, poll_interval=0.005, batch_size=7, owner=str(number))
        for number, out in enumerate(outs)
    ]
    tasks = [asyncio.create_task(one.run()) for one in relays]
    for n in range(100):
        await commit(database, {"n": n})
        if n % 20 == 10:
            await expire(database)
    await until(lambda: sum(len(out.frames) for out in outs) >= 100)
    for one in relays:
        one.stop()
    await asyncio.gather(*tasks)
    frames = {frame.key: frame for out in outs for frame in out.frames}
    order = [frame.version for frame in sorted(frames.values(), key=lambda frame: int(frame.event_id[1:]))]
    assert order == list(range(1, 101))
