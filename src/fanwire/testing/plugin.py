"""The pytest plugin; pytest finds it by itself once ``fanwire`` is installed.

Fixtures: ``fanwire_events`` (what the code under test said, with no server), ``fanwire_server`` (a real server on
a free port, one for the whole run), ``fanwire_configured`` (events go there) and ``fanwire_client`` (connects users).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    # Imported when a fixture is used: a plugin that imports its package early hides it from coverage.
    from fanwire.testing.captured import CapturedEvents
    from fanwire.testing.client import FanwireClient
    from fanwire.testing.development import DevelopmentServer

ConnectUser = Callable[..., "FanwireClient"]


@pytest.fixture
def fanwire_events() -> Iterator[CapturedEvents]:
    """The events that this test's code says; none of them leaves the process."""
    from fanwire.testing.captured import capture_events

    with capture_events() as captured:
        yield captured


@pytest.fixture(scope="session")
def fanwire_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevelopmentServer]:
    """``fanwire dev`` in a process of its own, with a fresh database. Needs ``fanwire[server,platform]``."""
    from fanwire.testing.development import DevelopmentServer

    with DevelopmentServer(tmp_path_factory.mktemp("fanwire")) as server:
        yield server


@pytest.fixture
def fanwire_configured(fanwire_server: DevelopmentServer) -> Iterator[DevelopmentServer]:
    """Events of this process go to ``fanwire_server`` over HTTP, as ``fanwire.configure(url=...)`` sends them."""
    from fanwire.events import config

    config.configure(url=fanwire_server.url, api_key=fanwire_server.api_key)
    yield fanwire_server
    asyncio.run(config.close())


@pytest.fixture
def fanwire_client(fanwire_server: DevelopmentServer) -> Iterator[ConnectUser]:
    """``fanwire_client("boris", "post:1")`` is boris, connected and subscribed; it is closed after the test."""
    clients: list[FanwireClient] = []

    def connect(user: str, *channels: str) -> FanwireClient:
        clients.append(fanwire_server.connect(user, *channels))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()
