"""The tail of the access log skips nothing, repeats nothing, and waits for nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.access.feed import AccessFeed
from fanwire.events.access import grant_access, revoke_access
from fanwire.store.database import Database
from fanwire.testing import FakeClock


async def users(feed: AccessFeed) -> list[str]:
    return [change.user for change in await feed.changes()]


async def test_each_change_comes_once_and_only_those_after_the_first_look(database: Database, clock: FakeClock) -> None:
    feed = AccessFeed(database, clock)
    async with database.write.begin() as session:
        await grant_access("before", "post:1", session=session)
    assert await feed.changes() == []
    async with database.write.begin() as session:
        await grant_access("boris", "creator:anna", tier="vip", session=session)
        await revoke_access("boris", "creator:anna", reason="refunded", session=session)
    granted, revoked = await feed.changes()
    assert (granted.user, granted.resource, granted.kind, granted.tier) == ("boris", "creator:anna", "grant", "vip")
    assert (revoked.kind, revoked.reason) == ("revoke", "refunded")
    assert await feed.changes() == []


async def test_a_rolled_back_change_never_comes(database: Database, clock: FakeClock) -> None:
    feed = AccessFeed(database, clock)
    await feed.changes()
    async with database.write.connect() as session:
        await grant_access("boris", "post:1", session=session)
        await session.rollback()
    assert await feed.changes() == []


async def test_a_late_commit_is_not_skipped_and_delays_nobody(postgres: Database, clock: FakeClock) -> None:
    feed = AccessFeed(postgres, clock)
    await feed.changes()
    async with postgres.write.connect() as foreign, postgres.write.connect() as late:
        await foreign.execute(sa.text("SELECT pg_current_xact_id()"))  # somebody's long transaction
        await grant_access("late", "post:1", session=late)
        async with postgres.write.begin() as session:
            await grant_access("early", "post:1", session=session)
        assert await users(feed) == ["early"]
        await late.commit()
        assert await users(feed) == ["late"]
        assert await users(feed) == []


async def test_how_old_the_last_good_read_is(database: Database, clock: FakeClock) -> None:
    feed = AccessFeed(database, clock)
    assert feed.age() == float("inf")
    await feed.changes()
    clock.advance(0.5)
    assert feed.age() == 0.5


async def test_a_transaction_that_began_before_the_first_look_comes(postgres: Database, clock: FakeClock) -> None:
    feed = AccessFeed(postgres, clock)
    async with postgres.write.connect() as late:
        await grant_access("late", "post:1", session=late)
        assert await feed.changes() == []
        await late.commit()
    assert await users(feed) == ["late"]


async def test_a_grant_inside_a_savepoint_comes_when_the_whole_is_committed(
    postgres: Database, clock: FakeClock
) -> None:
    feed = AccessFeed(postgres, clock)
    await feed.changes()
    async with postgres.write.begin() as session:
        async with session.begin_nested():
            await grant_access("kept", "post:1", session=session)
        undone = await session.begin_nested()
        await grant_access("undone", "post:1", session=session)
        await undone.rollback()
        assert await users(feed) == []
    assert await users(feed) == ["kept"]
    assert await users(feed) == []


@pytest.mark.parametrize("seed", range(3))
async def test_any_order_of_commits_gives_each_change_once(postgres: Database, clock: FakeClock, seed: int) -> None:
    feed, random, got = AccessFeed(postgres, clock), Random(seed), list[str]()
    await feed.changes()
    waiting: list[AsyncConnection] = []
    said, kept = 0, 0
    while said < 40 or waiting:
        act = random.choice(("say", "end", "look"))
        if act == "say" and said < 40 and len(waiting) < 6:
            waiting.append(await postgres.write.connect())
            await grant_access(f"u{said}", "post:1", session=waiting[-1])
            said += 1
        elif act == "end" and waiting:
            ended = waiting.pop(random.randrange(len(waiting)))
            good = random.random() < 0.8
            await (ended.commit() if good else ended.rollback())
            kept += good
            await ended.close()
        elif act == "look":
            got += await users(feed)
    got += await users(feed)
    assert len(got) == len(set(got)) == kept


async def test_the_end_of_a_grant_comes_aware(database: Database, clock: FakeClock) -> None:
    feed, until = AccessFeed(database, clock), datetime(2027, 1, 1, tzinfo=UTC)
    await feed.changes()
    async with database.write.begin() as session:
        await grant_access("boris", "post:1", until=until, session=session)
    (change,) = await feed.changes()
    assert (change.until, change.reason) == (until, "")


async def test_two_tails_do_not_share_a_position(database: Database, clock: FakeClock) -> None:
    one, other = AccessFeed(database, clock), AccessFeed(database, clock)
    await one.changes()
    await other.changes()
    async with database.write.begin() as session:
        await grant_access("boris", "post:1", session=session)
    assert await users(one) == await users(other) == ["boris"]


async def test_after_a_failed_read_the_next_one_catches_up(database: Database, clock: FakeClock) -> None:
    feed = AccessFeed(database, clock)
    await feed.changes()
    async with database.write.begin() as session:
        await grant_access("boris", "post:1", session=session)
        await session.execute(sa.text("ALTER TABLE fanwire_access RENAME TO elsewhere"))
    clock.advance(1)
    with pytest.raises(SQLAlchemyError):
        await feed.changes()
    assert feed.age() == 1
    async with database.write.begin() as session:
        await session.execute(sa.text("ALTER TABLE elsewhere RENAME TO fanwire_access"))
    assert await users(feed) == ["boris"]
    assert feed.age() == 0
