"""2,000 buyers for 100 redemptions: on PostgreSQL over two pools of connections."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from fanwire.ids import event_id
from fanwire.platform import migrate as platform_migrate
from fanwire.platform import tables as platform
from fanwire.platform.act import Act
from fanwire.platform.flash_sales import redemption, sale, tables
from fanwire.platform.flash_sales.problems import SoldOut
from fanwire.platform.flash_sales.requests import NewRedemption, NewSale
from fanwire.platform.server_time import server_time
from fanwire.platform.users import User
from fanwire.store import migrate
from fanwire.store import tables as store
from fanwire.store.database import Database


async def opened(database: Database, buyers: int, available: int) -> str:
    """The id of a sale that runs, beside that many users."""
    async with database.write.begin() as connection:
        now = await server_time(connection)
        people = [*(f"fan{n}" for n in range(buyers)), "anna"]
        rows = [{"id": person, "nickname": person, "created_at": now} for person in people]
        await connection.execute(platform.user.insert(), rows)
        anna = Act(connection, User("anna", "anna", is_creator=True), now, event_id)
        body = NewSale(tier="vip", percent=50, endsAt=now + timedelta(hours=1), maxRedemptions=available)
        return (await sale.create(anna, body)).id


async def bought(database: Database, sale_id: str, user: str) -> bool:
    try:
        async with database.begin() as connection:
            act = Act(connection, User(user, user), datetime.now(UTC), event_id)
            await redemption.redeem(act, sale_id, NewRedemption())
    except SoldOut:
        return False
    return True


@pytest.mark.parametrize(("buyers", "available"), [(2_000, 100), pytest.param(20_000, 1_000, marks=[pytest.mark.soak])])
async def test_2000_buyers_for_100_redemptions_buy_100(pg_url: str, buyers: int, available: int) -> None:
    await migrate.upgrade_async(pg_url)
    await platform_migrate.upgrade_async(pg_url)
    # They all come at once, so the last ones wait for their turn longer than a caller of an API would.
    databases = [Database.open(pg_url, pool_size=15) for _ in range(2)]
    sale_id = await opened(databases[0], buyers, available)
    lanes = asyncio.Semaphore(60)

    async def buy(number: int) -> bool:
        async with lanes:
            return await bought(databases[number % 2], sale_id, f"fan{number}")

    outcomes = Counter(await asyncio.gather(*(buy(number) for number in range(buyers))))
    assert outcomes == {True: available, False: buyers - available}
    async with databases[0].read.connect() as connection:
        rows = await connection.scalar(select(func.count()).select_from(tables.redemption))
        found = await sale.find(connection, sale_id)
        events = await connection.execute(select(store.outbox.c.payload).order_by(store.outbox.c.id))
        remaining = [payload["sale"]["remaining"] for (payload,) in events]
    assert rows == found.redeemed == available
    # What is told to be left falls by one each time, and never rises.
    assert remaining == list(range(available - 1, -1, -1))
    for database in databases:
        await database.close()
