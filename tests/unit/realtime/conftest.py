"""Nodes for these tests: made with any settings, stopped at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import structlog

from fanwire.settings import ChannelSettings, ClientSettings, Namespace, Settings
from fanwire.testing import FakeClock
from tests.unit.realtime.peer import Site

MakeSite = Callable[..., Awaitable[Site]]


def settings(*namespaces: Namespace, client: dict[str, Any] | None = None, **sections: Any) -> Settings:
    """Settings with more namespaces, and with client options."""
    return Settings(channel=ChannelSettings(namespaces=namespaces), client=ClientSettings(**(client or {})), **sections)


@pytest.fixture
async def make_site(clock: FakeClock) -> AsyncIterator[MakeSite]:
    sites: list[Site] = []

    async def make(configured: Settings | None = None, **parts: Any) -> Site:
        site = Site(clock, configured or Settings(), **parts)
        await site.node.start()
        sites.append(site)
        return site

    yield make
    for site in sites:
        await site.node.stop()


@pytest.fixture
async def site(make_site: MakeSite) -> Site:
    """The default settings: notifications, feed, creator and post."""
    return await make_site()


@pytest.fixture
def lines() -> Any:
    """Every line that structlog writes in the test."""
    with structlog.testing.capture_logs() as captured:
        yield captured
