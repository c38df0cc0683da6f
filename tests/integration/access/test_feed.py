"""The tail of the access log skips nothing, repeats nothing, and waits for nobody."""

from __future__ import annotations

import sqlalchemy as sa

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
