"""Whoever serves the platform runs its timers: `fanwire api` alone, and the gateway with the platform beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from fanwire.cli.platform_site import PlatformSite, beside_gateway
from fanwire.gateway.app import Gateway
from fanwire.gateway.site import Site
from fanwire.platform.auctions.auction import CLOSE
from fanwire.platform.server_time import server_time
from fanwire.platform.timers import set_timer
from fanwire.platform.timers.tables import timer
from fanwire.settings import Settings
from fanwire.store.database import Database
from tests.integration.platform.api import SECRET


def alone(settings: Settings) -> Site:
    return PlatformSite(settings)


def beside(settings: Settings) -> Site:
    return Gateway(settings, beside=beside_gateway)


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[None]:
    """The ASGI lifespan of ``site``, from its start to its end in good order."""
    said: asyncio.Queue[str] = asyncio.Queue()
    steps: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def send(message: dict[str, str]) -> None:
        said.put_nowait(message["type"])

    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    task = asyncio.ensure_future(site(scope, steps.get, send))  # type: ignore[arg-type]
    steps.put_nowait({"type": "lifespan.startup"})
    assert await said.get() == "lifespan.startup.complete"
    yield
    steps.put_nowait({"type": "lifespan.shutdown"})
    assert await said.get() == "lifespan.shutdown.complete"
    await task


@pytest.mark.parametrize("build", [alone, beside])
async def test_the_timers_of_a_site_fire_by_themselves(database: Database, build: Callable[[Settings], Site]) -> None:
    settings = Settings.model_validate(
        {
            "environment": "development",
            "database": {"url": database.url},
            "client": {"token": {"hmac_secret_key": SECRET}},
            "http_api": {"key": "a-key-of-the-tests"},
        }
    )
    async with database.write.begin() as connection:
        await set_timer(connection, CLOSE, "an auction that is gone", await server_time(connection))
    async with served(build(settings)), asyncio.timeout(20):
        while await _waiting(database):
            await asyncio.sleep(0.02)  # the site is a stranger to this test: it gives us no event to wait for
    assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "platform-timers"] == []


async def _waiting(database: Database) -> bool:
    async with database.read.connect() as connection:
        return (await connection.execute(select(timer.c.id))).first() is not None
