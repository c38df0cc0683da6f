"""An auction is opened while its post is edited."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import anyio
import pytest
from sqlalchemy import text

from fanwire.clock import utc
from fanwire.ids import event_id
from fanwire.platform import post_edits, users
from fanwire.platform.act import Act
from fanwire.platform.requests import PostChange
from tests.integration.platform.api import PlatformApi, time_of


@pytest.fixture
def db_url(pg_url: str) -> str:
    """On SQLite there is one writer at a time anyway."""
    return pg_url


async def test_nothing_is_told_of_a_post_as_it_was_before_an_edit_has_closed_it(api: PlatformApi) -> None:
    post = await api.post("anna", content="было открыто")
    await api.forget()
    ends_at = (utc(api.clock) + timedelta(hours=1)).isoformat()
    body = {"startPrice": 1_000, "minStep": 100, "endsAt": ends_at}
    async with api.database.begin() as connection:
        now = utc(api.clock)
        anna = await users.ensure(connection, "anna", now)
        act = Act(connection, anna, now, event_id, time_of(api.clock))
        await post_edits.edit(act, post, PostChange.model_validate({"isLocked": True}))
        opening = asyncio.create_task(api.ok("anna", "POST", f"/api/posts/{post}/auction", body))
        await somebody_waits_for_a_lock(api)
    await opening
    told = [payload["post"]["isLocked"] for name, payload in await api.events() if name == "notify_post_updated"]
    assert told == [True, True]


async def somebody_waits_for_a_lock(api: PlatformApi) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with anyio.fail_after(10):
        async with api.database.peek.connect() as connection:
            while not await connection.scalar(text(waiting)):
                await asyncio.sleep(0.01)
