"""Callers take turns in order of arrival."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fanwire.store.turns import Turns


async def test_no_more_than_count_at_once_and_first_come_first_served() -> None:
    turns, order = Turns(2, 10), list[int]()
    doors = [asyncio.Event() for _ in range(5)]

    async def caller(number: int) -> None:
        async with turns.one():
            order.append(number)
            await doors[number].wait()

    tasks = []
    for number in range(5):
        tasks.append(asyncio.create_task(caller(number)))
        await asyncio.sleep(0)
    assert order == [0, 1]
    for number in range(5):
        doors[number].set()
        await tasks[number]
    assert order == [0, 1, 2, 3, 4]


async def test_a_turn_that_does_not_come_is_the_error_of_a_full_pool() -> None:
    turns = Turns(1, 0.01)
    async with turns.one():
        with pytest.raises(PoolTimeout, match=r"no turn within 0\.01 s: 1 callers are at work"):
            async with turns.one():
                pass


async def test_an_error_gives_the_turn_back() -> None:
    turns = Turns(1, 1)
    with pytest.raises(ValueError, match="mistake"):
        async with turns.one():
            raise ValueError("mistake")
    async with turns.one():
        pass
