"""Calls a second, and inserts a second: both write the same row into the same outbox, as often."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

import msgspec

from fanwire.events import config
from fanwire.events.notifications import send_notification
from fanwire.events.receipt import Receipt, Status
from fanwire.ids import event_id
from fanwire.payloads import SendNotification
from fanwire.store.engines import sync_engine
from fanwire.store.urls import sync_url

NOTIFICATION = {
    "type": "LIKE_POST",
    "title": "Benchmark",
    "message": "Somebody likes it",
    "metadata": {"kind": "bench"},
}
# Seconds after which what is done one by one has a rate.
ONE_BY_ONE = 1.0

_INSERT = "INSERT INTO fanwire_outbox (version, event_id, function, payload, ordering_key) VALUES "
_VALUES = {"sqlite": "(?, ?, ?, ?, ?)", "postgresql": "(%s, %s, %s, %s, %s)"}


class Rates(msgspec.Struct, frozen=True):
    """A second: calls gathered, calls awaited one after the other, and the driver's inserts, each committed."""

    gathered: float
    awaited: float
    inserted: float


async def gathered(calls: int) -> float:
    """All calls at once. Raises RuntimeError when one is not stored."""
    start = time.perf_counter()
    receipts = await asyncio.gather(*(send_notification(f"fan{number}", NOTIFICATION) for number in range(calls)))
    seconds = time.perf_counter() - start
    _check(receipts)
    return calls / seconds


async def awaited(limit: float) -> float:
    """Each call when the one before is stored, for ``limit`` seconds."""
    start, receipts = time.perf_counter(), list[Receipt]()
    while (took := time.perf_counter() - start) < limit:
        receipts.append(await send_notification(f"fan{len(receipts)}", NOTIFICATION))
    _check(receipts)
    return len(receipts) / took


def inserted(url: str, limit: float) -> float:
    """What the database takes from its own driver on one connection: one row, one commit, for ``limit`` seconds."""
    engine = sync_engine(sync_url(url), 1)
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    assert connection is not None
    if engine.dialect.name == "postgresql":
        connection.autocommit = True
    statement, cursor = _INSERT + _VALUES[engine.dialect.name], connection.cursor()
    rate = _inserts(partial(cursor.execute, statement), limit)
    pooled.close()
    engine.dispose()
    return rate


def _inserts(insert: Callable[[tuple[object, ...]], object], limit: float) -> float:
    event = SendNotification.model_validate({"user_id": "fan", "notification": NOTIFICATION})
    key, payload = event.ordering_key(), msgspec.json.encode(event.to_json()).decode()
    start, made = time.perf_counter(), 0
    while (took := time.perf_counter() - start) < limit:
        insert((1, event_id(), event.function, payload, key))
        made += 1
    return made / took


async def measure(url: str, calls: int, limit: float, rounds: int) -> list[Rates]:
    """All three on one database, in turn."""
    config.configure(database_url=url)
    try:
        # The first call opens the connection and compiles the statement.
        await gathered(1)
        return [
            Rates(await gathered(calls), await awaited(limit), await asyncio.to_thread(inserted, url, limit))
            for _ in range(rounds)
        ]
    finally:
        await config.close()


def _check(receipts: list[Receipt]) -> None:
    lost = [receipt for receipt in receipts if receipt.status is not Status.STORED]
    if lost:
        raise RuntimeError(f"{len(lost)} of {len(receipts)} calls were not stored: {lost[0]}")
