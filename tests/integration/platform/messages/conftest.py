"""One migrated database for all tests of messages: each makes people of its own."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import psycopg
import pytest

from fanwire.inbox import Inbox
from fanwire.platform import migrate as platform_migrate
from fanwire.platform.app import create_app
from fanwire.settings import Settings
from fanwire.store import migrate
from fanwire.store.database import Database
from fanwire.store.tables import relay_lease
from fanwire.testing.clock import FakeClock
from tests.integration.platform.api import PlatformApi, time_of

People = Callable[..., Awaitable[list[str]]]


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('messages')}/fanwire.db"
        _migrate(url)
        yield url
        return
    directory, name = request.getfixturevalue("pg_socket_dir"), f"m{uuid.uuid4().hex}"
    with psycopg.connect(host=directory, user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        url = f"postgresql+psycopg://postgres@/{name}?host={directory}"
        _migrate(url)
        yield url
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrate(url: str) -> None:
    migrate.upgrade(url)
    platform_migrate.upgrade(url)


@pytest.fixture
async def database(shared_url: str) -> AsyncIterator[Database]:
    opened = Database.open(shared_url)
    yield opened
    await opened.close()


@pytest.fixture
async def api(database: Database, settings: Settings, clock: FakeClock) -> AsyncIterator[PlatformApi]:
    app = create_app(database, settings, clock, Inbox(database, clock), read_time=time_of(clock))
    opened = PlatformApi(app, database, clock)
    await opened.forget()
    async with database.write.begin() as connection:
        # The relay of the test before is gone; nobody waits for its lease to end.
        await connection.execute(relay_lease.update().values(expires_at=None))
    yield opened
    await opened.http.aclose()


@pytest.fixture
def people(api: PlatformApi) -> People:
    """``anna, boris = await people("anna", "boris")``: users with ids of their own and these nicknames."""

    async def make(*nicknames: str) -> list[str]:
        ids = [f"u-{uuid.uuid4().hex[:12]}" for _ in nicknames]
        for one, nickname in zip(ids, nicknames, strict=True):
            await api.ok(one, "PATCH", "/api/user/settings", {"nickname": nickname})
        await api.forget()
        return ids

    return make
