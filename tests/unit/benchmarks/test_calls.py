"""Calls and inserts write the same row; a call that is lost is no call."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from benchmarks.calls.rates import Rates, gathered, measure
from fanwire.events import config
from fanwire.store import migrate, tables
from fanwire.store.urls import sync_url


async def test_every_call_and_every_insert_leaves_a_row(db_url: str) -> None:
    await asyncio.to_thread(migrate.upgrade, db_url)
    first, second = await measure(db_url, calls=30, limit=0.05, rounds=2)
    assert min(*_numbers(first), *_numbers(second)) > 0
    engine = sa.create_engine(sync_url(db_url))
    with engine.connect() as connection:
        functions = connection.scalars(sa.select(tables.outbox.c.function)).all()
        payloads = connection.scalars(sa.select(tables.outbox.c.payload)).all()
    engine.dispose()
    assert set(functions) == {"send_notification"}
    assert len(functions) > 61
    assert len({repr(payload["notification"]) for payload in payloads}) == 1


async def test_calls_that_are_not_stored_are_an_error() -> None:
    config.configure()
    try:
        with pytest.raises(RuntimeError, match="3 of 3 calls were not stored"):
            await gathered(3)
    finally:
        config.reset()


def _numbers(rates: Rates) -> tuple[float, float, float]:
    return rates.gathered, rates.awaited, rates.inserted
