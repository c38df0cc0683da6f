"""Promise P2's order on PostgreSQL, where ids are taken before commit: random transactions held open at random.

If A committed before B was inserted, A is published before B; nothing is skipped and nothing comes twice.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from itertools import count as counter
from typing import Any

import pytest

from fanwire.store.database import Database
from fanwire.testing import FakeClock
from tests.integration.outbox.relays import Recorder, commit, relay, say, until

WRITERS, TRANSACTIONS = 8, 12
LONGEST_HOLD = 0.3


@dataclass
class History:
    """When each row was inserted and when its commit was known, on one logical clock."""

    inserted: dict[int, int] = field(default_factory=dict)
    committed: dict[int, int] = field(default_factory=dict)
    ticks: counter[int] = field(default_factory=counter)
    rows: counter[int] = field(default_factory=counter)


async def writer(database: Database, history: History, chance: random.Random) -> None:
    for _ in range(TRANSACTIONS):
        numbers = []
        async with database.write.connect() as connection:
            for _ in range(chance.randint(1, 3)):
                n = next(history.rows)
                numbers.append(n)
                history.inserted[n] = next(history.ticks)
                await say(connection, {"n": n})
                await asyncio.sleep(chance.uniform(0, LONGEST_HOLD / 3))  # the transaction stays open: the point of it
            if chance.random() < 0.2:
                await connection.rollback()
                continue
            await connection.commit()
        for n in numbers:
            history.committed[n] = next(history.ticks)


def inversions(published: list[int], history: History) -> list[tuple[int, int]]:
    """Pairs (A, B) with A committed before B was inserted, and B published first."""
    place = {n: i for i, n in enumerate(published)}
    return [
        (a, b)
        for b in published
        for a in published
        if history.committed[a] < history.inserted[b] and place[a] > place[b]
    ]


@pytest.mark.parametrize("seed", [1, 2])
async def test_random_transactions_under_relays_that_come_and_go(postgres: Database, seed: int) -> None:
    out, history = Recorder(), History()
    writing = [asyncio.create_task(writer(postgres, history, random.Random(seed * 100 + n))) for n in range(WRITERS)]
    # Small numbers on purpose: many batches, many full scans, the floor always moving.
    settings: dict[str, Any] = {"batch_size": 5, "poll_interval": 0.002, "full_scan_interval": 0.05, "lease_ttl": 1.0}
    while not all(task.done() for task in writing):
        work = relay(postgres, out, **settings)
        task = asyncio.create_task(work.run())
        await asyncio.wait(writing, timeout=0.7)
        work.stop()
        await task
    await asyncio.gather(*writing)
    last = relay(postgres, out, **settings)
    while await last.step():
        pass
    assert sorted(out.numbers) == sorted(history.committed), "skipped, twice, or rolled back"
    assert inversions(out.numbers, history) == []


async def test_a_transaction_that_outlives_full_scans_is_not_overtaken(postgres: Database, clock: FakeClock) -> None:
    """Its low id must not be below the floor when it commits, or a later event of the same user would pass it."""
    out = Recorder()
    work = relay(postgres, out, clock=clock, full_scan_interval=5.0, lease_ttl=1e6)
    async with postgres.write.connect() as slow:
        await say(slow, {"n": "slow"})
        for n in range(6):
            await commit(postgres, {"n": n})
            await work.step()
            clock.advance(5)
        await work.step()
        await slow.commit()
    await commit(postgres, {"n": "after"})
    await work.step()  # no full scan is due: the floor alone decides
    assert out.numbers == [*range(6), "slow", "after"]


async def test_the_floor_rises_when_nothing_is_open_and_rows_above_it_are_found(
    postgres: Database, clock: FakeClock
) -> None:
    out = Recorder()
    work = relay(postgres, out, clock=clock, full_scan_interval=5.0, lease_ttl=1e6)
    for n in range(5):
        await commit(postgres, {"n": n})
        await work.step()
        clock.advance(5)
    assert work._claims._floor.id > 1
    await commit(postgres, {"n": 5})
    await work.step()
    assert out.numbers == list(range(6))


async def test_a_running_relay_takes_a_late_commit_at_once(postgres: Database) -> None:
    out = Recorder()
    work = relay(postgres, out, poll_interval=0.01)
    task = asyncio.create_task(work.run())
    async with postgres.write.connect() as slow:
        await say(slow, {"n": "slow"})
        await commit(postgres, {"n": "fast"})
        await until(lambda: out.numbers == ["fast"])
        await slow.commit()
    await until(lambda: out.numbers == ["fast", "slow"])
    work.stop()
    await task
