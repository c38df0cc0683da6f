"""More requests at once than there are database connections: each is answered, for none waits for a second one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import anyio
import pytest

from fanwire.clock import utc
from fanwire.store.database import Database
from tests.integration.platform.api import PlatformApi
from tests.integration.platform.templates import Templates

CONNECTIONS = 4
# The pool gives up after ten seconds; requests that wait for each other would take as long.
SECONDS = 5.0


@pytest.fixture
def db_url(pg_url: str) -> str:
    """On SQLite the reader's connections and the writer's are not from one pool."""
    return pg_url


@pytest.fixture
async def database(db_url: str, templates: Templates) -> AsyncIterator[Database]:
    templates.fill(db_url)
    opened = Database.open(db_url, pool_size=CONNECTIONS)
    yield opened
    await opened.close()


async def test_a_crowd_of_readers_is_answered(api: PlatformApi) -> None:
    post = await api.post("anna", isLocked=True)
    ends_at = (utc(api.clock) + timedelta(hours=1)).isoformat()
    await api.ok("anna", "POST", f"/api/posts/{post}/auction", {"startPrice": 1, "minStep": 1, "endsAt": ends_at})
    for path in (
        "/api/messages",
        "/api/posts",
        f"/api/posts/{post}",
        f"/api/posts/{post}/comments",
        f"/api/posts/{post}/auction",
        f"/api/posts/{post}/bids",
        "/api/auctions",
        "/api/flash-sales",
        "/api/tips",
        "/api/blocks",
        "/api/follow",
        "/api/subscriptions",
        "/api/user/notifications",
        "/api/user/settings",
    ):
        with anyio.fail_after(SECONDS):
            await asyncio.gather(*(api.ok("anna", "GET", path) for _ in range(3 * CONNECTIONS)))
