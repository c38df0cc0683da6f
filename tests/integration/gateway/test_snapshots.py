"""A crowd that connects at once takes one connection of the pool, and nobody of it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fanwire.access.facts import Facts
from fanwire.events.access import block_user, grant_access, revoke_access
from fanwire.gateway.wiring.snapshots import MAX_USERS, InboxSnapshots
from fanwire.inbox import Inbox
from fanwire.inbox.service import Snapshot
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.migrate import upgrade_async
from fanwire.testing.clock import FakeClock

CROWD = [f"user{number}" for number in range(500)]
AUDIENCE = {"user_id": "user499", "stream": "creator:anna", "from_gseq": 0, "to_gseq": None}


class Watched(Inbox):
    """Notes who is read together; ``error`` is raised for the reads that have ``refused`` among them.

    The data of ``broken`` is no text.
    """

    def __init__(self, database: Database, clock: FakeClock) -> None:
        super().__init__(database, clock)
        self.facts = Facts(database, clock)
        self.reads: list[list[str]] = []
        self.refused = ""
        self.broken = ""
        self.error: Exception | None = None

    async def snapshots(self, users: Collection[str]) -> dict[str, Snapshot]:
        self.reads.append(list(users))
        if self.error is not None and self.refused in users:
            raise self.error
        found = await super().snapshots(users)
        if self.broken in found:
            found[self.broken] = msgspec.structs.replace(found[self.broken], data={"title": "\ud800"})
        return found


async def test_500_connects_and_a_pool_of_5(db_url: str, clock: FakeClock) -> None:
    """While the first read of the crowd hangs on a lock, the API writes as if nobody was there."""
    await upgrade_async(db_url)
    database = Database.open(db_url, pool_size=5)
    inbox = Watched(database, clock)
    snapshots = InboxSnapshots(inbox, inbox.facts)
    async with database.write.begin() as connection:
        await connection.execute(insert(tables.membership), AUDIENCE)
    async with asyncio.timeout(30), asyncio.TaskGroup() as crowd:
        if database.dialect == "postgresql":
            async with database.write.begin() as blocker:
                await blocker.execute(text("LOCK TABLE fanwire_membership IN ACCESS EXCLUSIVE MODE"))
                asked = [crowd.create_task(snapshots.snapshot(user)) for user in CROWD]
                await asyncio.sleep(0)  # all of them are there before the write
                await _write(database)
                assert not any(one.done() for one in asked)
                assert database.read.pool.checkedout() <= 2  # type: ignore[attr-defined]
        else:
            asked = [crowd.create_task(snapshots.snapshot(user)) for user in CROWD]
            await _write(database)
    assert [len(read) for read in inbox.reads] == [MAX_USERS, MAX_USERS, 100]
    found = [one.result() for one in asked]
    assert {msgspec.json.decode(one.data)["type"] for one in found} == {"snapshot"}
    assert [one.streams for one in found] == [frozenset()] * 499 + [{"creator:anna"}]
    await database.close()


async def _write(database: Database) -> None:
    row = {"event_id": "e1", "function": "f", "payload": {}}
    async with database.begin() as connection:
        await connection.execute(insert(tables.outbox), row)


@pytest.fixture
async def inbox(sqlite_url: str, clock: FakeClock) -> Any:
    await upgrade_async(sqlite_url)
    database = Database.open(sqlite_url)
    yield Watched(database, clock)
    await database.close()


async def test_tabs_of_one_user_share_a_read_that_has_not_begun(inbox: Watched) -> None:
    snapshots = InboxSnapshots(inbox, inbox.facts)
    first, second = await asyncio.gather(snapshots.snapshot("boris"), snapshots.snapshot("boris"))
    assert first is second
    assert await snapshots.snapshot("boris") is not first
    assert inbox.reads == [["boris"], ["boris"]]


async def test_who_hangs_up_takes_nothing_from_the_others(inbox: Watched) -> None:
    snapshots = InboxSnapshots(inbox, inbox.facts)
    gone, stays = (asyncio.create_task(snapshots.snapshot("boris")) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).version == 0
    assert gone.cancelled()


async def test_an_inbox_that_cannot_be_written_down_fails_alone(inbox: Watched) -> None:
    """Half a character, which only an SQL client can have put there; those beside it must not wait for ever."""
    snapshots = InboxSnapshots(inbox, inbox.facts)
    inbox.broken = "bad"
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*map(snapshots.snapshot, ("a", "bad", "b")), return_exceptions=True)
    assert [isinstance(one, UnicodeEncodeError) for one in answers] == [False, True, False]


async def test_a_name_that_the_database_refuses_is_refused_alone(inbox: Watched) -> None:
    snapshots = InboxSnapshots(inbox, inbox.facts)
    inbox.refused, inbox.error = "bad", ValueError("no such text")
    answers = await asyncio.gather(*map(snapshots.snapshot, ("a", "bad", "b")), return_exceptions=True)
    assert [isinstance(one, ValueError) for one in answers] == [False, True, False]
    assert inbox.reads == [["a", "bad", "b"], ["a"], ["bad"], ["b"]]


async def test_a_database_that_is_away_is_asked_once_for_all(inbox: Watched) -> None:
    snapshots = InboxSnapshots(inbox, inbox.facts)
    inbox.refused, inbox.error = "b", PoolTimeout("no connection")
    answers = await asyncio.gather(*map(snapshots.snapshot, "abc"), return_exceptions=True)
    assert [type(one) for one in answers] == [PoolTimeout] * 3
    assert len(inbox.reads) == 1


async def test_a_real_name_that_postgres_refuses(pg_url: str, clock: FakeClock) -> None:
    await upgrade_async(pg_url)
    database = Database.open(pg_url, pool_size=1)
    snapshots = InboxSnapshots(Inbox(database, clock), Facts(database, clock))
    answers = await asyncio.gather(*map(snapshots.snapshot, ("a", "b\0", "c")), return_exceptions=True)
    assert [isinstance(one, DBAPIError) for one in answers] == [False, True, False]
    await database.close()


async def test_500_subscriptions_that_ask_for_access_and_a_pool_of_5(pg_url: str, clock: FakeClock) -> None:
    """The same of what each channel asks after a mass reconnect: with one connection left, the API writes."""
    await upgrade_async(pg_url)
    database = Database.open(pg_url, pool_size=5)
    facts = Facts(database, clock)
    async with asyncio.timeout(30), asyncio.TaskGroup() as crowd, database.write.begin() as blocker:
        await blocker.execute(text("LOCK TABLE fanwire_access IN ACCESS EXCLUSIVE MODE"))
        asked = [crowd.create_task(facts.grants(user, ["creator:anna"])) for user in CROWD]
        await asyncio.sleep(0)  # all of them are there before the write
        await _write(database)
        assert not any(one.done() for one in asked)
    assert [one.result() for one in asked] == [{}] * 500
    await database.close()


async def test_an_audience_that_the_log_has_ended_is_in_no_snapshot(db_url: str, clock: FakeClock) -> None:
    """The relay stands still here: what it has not come to yet must not be heard of by who connects now (P5)."""
    await upgrade_async(db_url)
    database = Database.open(db_url)
    fans = ("boris", "clara", "dora", "egor")
    async with database.write.begin() as connection:
        places = [{**AUDIENCE, "user_id": fan} for fan in fans]
        await connection.execute(insert(tables.membership), places)
        await revoke_access("boris", "creator:anna", session=connection)
        await block_user("anna", "clara", session=connection)
        await revoke_access("dora", "creator:anna", session=connection)
        await grant_access("dora", "creator:anna", session=connection)
        await revoke_access("egor", "creator:eva", session=connection)
    snapshots = InboxSnapshots(Inbox(database, clock), Facts(database, clock))
    found = await asyncio.gather(*map(snapshots.snapshot, fans))
    assert [set(one.streams) for one in found] == [set(), set(), {"creator:anna"}, {"creator:anna"}]
    await database.close()
