"""Bids over a real socket: heard by those who may see the post, in order, with the end that the timer makes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import utc
from fanwire.platform.app import create_app
from fanwire.platform.directory import POST_QUERY
from fanwire.platform.handlers import HANDLERS
from fanwire.platform.migrate import upgrade_async
from fanwire.platform.timers import Runner

from .conftest import Start
from .test_conversations import CLOCK, PERMISSION_DENIED, people


@pytest.fixture
def db_url(sqlite_url: str) -> str:
    """What is tested here is the way to the socket; locks have their tests on PostgreSQL."""
    return sqlite_url


async def in_two_hours(_connection: AsyncConnection) -> datetime:
    return utc(CLOCK) + timedelta(hours=2)


async def test_bids_are_heard_by_those_who_may_see_the_post(start: Start, db_url: str) -> None:
    await upgrade_async(db_url)
    runtime = (gateway := await start(directory={"post": POST_QUERY}, platform={"client_payments": True})).runtime
    platform = create_app(runtime.database, runtime.settings, CLOCK, runtime.inbox)
    async with AsyncExitStack() as stack:
        transport = httpx2.ASGITransport(app=platform)
        http = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://platform"))
        anna, boris, clara = await people(gateway, http, "anna", "boris", "clara")
        post = (await anna.call("POST", "/api/posts", {"title": "t", "content": "c", "isLocked": True}))["id"]
        ends_at = utc(CLOCK) + timedelta(hours=1)
        auction = {"startPrice": 100, "minStep": 10, "endsAt": ends_at.isoformat(), "antiSnipe": 0}
        await anna.call("POST", f"/api/posts/{post}/auction", auction)
        await boris.call("POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
        channel = f"auction:{post}"

        assert "error" not in await anna.ask("subscribe", channel=channel)
        assert "error" not in await boris.ask("subscribe", channel=channel)
        refused = await clara.ask("subscribe", channel=channel)
        assert refused["error"]["code"] == PERMISSION_DENIED

        placed = await boris.call("POST", f"/api/posts/{post}/bids", {"amount": 100})
        for listener in (anna, boris):
            heard = await listener.hears(channel)
            assert heard == {
                "type": "bid_placed",
                "postId": post,
                "bid": {name: value for name, value in placed["bid"].items() if name != "postId"},
                "endsAt": placed["auction"]["endsAt"],
            }

        assert await Runner(runtime.database, HANDLERS, read_time=in_two_hours).step()
        for listener in (anna, boris):
            ended = await listener.hears(channel)
            assert (ended["type"], ended["winnerId"], ended["amount"]) == ("auction_ended", "boris", 100)
