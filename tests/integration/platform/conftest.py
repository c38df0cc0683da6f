"""The platform on a migrated database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from fanwire.inbox import Inbox
from fanwire.platform.app import create_app
from fanwire.settings import Settings
from fanwire.store.database import Database
from fanwire.testing.clock import FakeClock
from tests.integration.platform.api import SECRET, PlatformApi, time_of
from tests.integration.platform.templates import Templates


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
async def database(db_url: str, templates: Templates) -> AsyncIterator[Database]:
    templates.fill(db_url)
    opened = Database.open(db_url)
    yield opened
    await opened.close()


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {"client": {"token": {"hmac_secret_key": SECRET}}, "platform": {"client_payments": True}}
    )


@pytest.fixture
async def api(database: Database, settings: Settings, clock: FakeClock) -> AsyncIterator[PlatformApi]:
    opened = PlatformApi(
        create_app(database, settings, clock, Inbox(database, clock), read_time=time_of(clock)), database, clock
    )
    yield opened
    await opened.http.aclose()
