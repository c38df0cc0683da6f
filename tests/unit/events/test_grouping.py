"""Calls that wait share a transaction; a bad one fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from fanwire.events.grouping import MAX_ROWS, Grouping
from fanwire.outbox.writer import Entry
from fanwire.payloads import ClearNotifications


def entry(n: object) -> Entry:
    return Entry(str(n), ClearNotifications(user_id="u"))


class Database:
    """Remembers transactions; refuses those that hold an id in ``bad``, or all of them when ``down``."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.bad: set[str] = set()
        self.down = False
        self.tries = 0

    async def write(self, entries: Sequence[Entry]) -> None:
        self.tries += 1
        await asyncio.sleep(0)
        if self.down:
            raise ConnectionRefusedError("down")
        ids = [one.event_id for one in entries]
        if self.bad & set(ids):
            raise ValueError("bad")
        self.transactions.append(ids)


async def test_gathered_calls_share_full_transactions() -> None:
    database = Database()
    group = Grouping(database.write)
    await asyncio.gather(*(group.store([entry(n)]) for n in range(2 * MAX_ROWS + 1)))
    assert [len(ids) for ids in database.transactions] == [MAX_ROWS, MAX_ROWS, 1]
    assert [id for ids in database.transactions for id in ids] == [str(n) for n in range(2 * MAX_ROWS + 1)]


async def test_a_call_is_never_split() -> None:
    database = Database()
    group = Grouping(database.write)
    many = [entry(f"m{n}") for n in range(MAX_ROWS + 5)]
    await asyncio.gather(group.store([entry(1)]), group.store(many), group.store([entry(2)]))
    assert [len(ids) for ids in database.transactions] == [1, MAX_ROWS + 5, 1]


async def test_a_bad_call_fails_alone() -> None:
    database = Database()
    database.bad = {"3"}
    group = Grouping(database.write)
    results = await asyncio.gather(*(group.store([entry(n)]) for n in range(6)), return_exceptions=True)
    assert [type(result) for result in results] == [type(None)] * 3 + [ValueError] + [type(None)] * 2
    assert [id for ids in database.transactions for id in ids] == ["0", "1", "2", "4", "5"]


async def test_a_database_that_is_down_is_tried_once_for_all() -> None:
    database = Database()
    database.down = True
    group = Grouping(database.write)
    results = await asyncio.gather(*(group.store([entry(n)]) for n in range(50)), return_exceptions=True)
    assert {type(result) for result in results} == {ConnectionRefusedError}
    assert database.tries == 1
    database.down = False
    await group.store([entry("later")])
    assert database.transactions == [["later"]]


async def test_a_cancelled_caller_takes_nobody_with_it() -> None:
    database = Database()
    group = Grouping(database.write)
    calls = [asyncio.create_task(group.store([entry(n)])) for n in range(3)]
    await asyncio.sleep(0)
    calls[1].cancel()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), asyncio.CancelledError, type(None)]


async def test_a_failure_nobody_waits_for_is_not_left_behind() -> None:
    """An error set on a future that was cancelled would be a second, unseen error."""
    database = Database()
    database.bad = {"0"}
    group = Grouping(database.write)
    call = asyncio.create_task(group.store([entry(0)]))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await group.store([entry(1)])
    assert database.transactions == [["1"]]
