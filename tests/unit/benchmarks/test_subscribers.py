"""Subscribers made in bulk are subscribers to every room; what is written is counted, kept or not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from benchmarks.backlog import Backlog
from benchmarks.subscribers.crowd import fan, subscribe_many
from benchmarks.subscribers.writes import counted_writes
from fanwire.access.facts import Facts
from fanwire.clock import SystemClock
from fanwire.inbox.service import Inbox
from fanwire.platform import tables as platform
from fanwire.platform.migrate import upgrade as upgrade_platform
from fanwire.store import migrate, tables
from fanwire.store.database import Database
from fanwire.store.urls import sync_url


@pytest.fixture
def url(db_url: str) -> str:
    migrate.upgrade(db_url)
    upgrade_platform(db_url)
    return db_url


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(sync_url(url))
    yield engine
    engine.dispose()


async def test_each_is_a_subscriber_to_the_inbox_and_to_the_access_rules(url: str) -> None:
    await asyncio.to_thread(subscribe_many, url, {"little": 2, "famous": 5})
    database = Database.open(url)
    snapshots = await Inbox(database, SystemClock()).snapshots([fan(2), fan(3)])
    grants = await Facts(database, SystemClock()).grants(fan(5), ["creator:famous", "creator:little"])
    await database.close()
    assert snapshots[fan(2)].streams == {"creator:little", "creator:famous"}
    assert snapshots[fan(3)].streams == {"creator:famous"}
    assert [(grant.tier, grant.until > datetime.now(UTC)) for grant in grants.values() if grant.until] == [
        ("basic", True)
    ]


def test_each_is_a_subscriber_of_the_platform(url: str, engine: sa.Engine) -> None:
    subscribe_many(url, {"little": 2, "famous": 5})
    counted = sa.select(platform.subscription.c.creator_id, sa.func.count()).group_by("creator_id")
    with engine.connect() as connection:
        assert sorted(map(tuple, connection.execute(counted))) == [("famous", 5), ("little", 2)]
        assert connection.scalar(sa.select(sa.func.count()).select_from(platform.user)) == 7


def test_rows_that_are_written_and_deleted_again_count(url: str, engine: sa.Engine) -> None:
    row = {"version": 1, "function": "f", "payload": {}}
    with counted_writes(url) as writes:
        with engine.begin() as connection:
            connection.execute(sa.insert(tables.outbox), [row | {"event_id": str(number)} for number in range(3)])
            connection.execute(sa.update(tables.relay_lease).values(owner="me"))
        with engine.begin() as connection:
            connection.execute(sa.delete(tables.outbox).where(tables.outbox.c.event_id == "1"))
        assert writes.by_table() == {"DELETE fanwire_outbox": 1, "INSERT fanwire_outbox": 3}
        assert writes.backlog.size() == 2
        writes.forget()
        assert writes.by_table() == {}


def test_a_backlog_that_nobody_handles_is_no_endless_wait(url: str, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(tables.outbox).values(version=1, event_id="1", function="f", payload={}))
    backlog = Backlog(engine)
    assert backlog.wait_for(1, 5) <= time.perf_counter()
    with pytest.raises(RuntimeError, match="1 events and frames still wait"):
        backlog.wait_for(0, 0.05)
