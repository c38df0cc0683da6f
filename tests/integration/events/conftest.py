"""Event functions of one process: each test begins unconfigured."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from fanwire.events import config, receipt


@pytest.fixture(autouse=True)
async def unconfigured(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    for name in ("FANWIRE_DATABASE_URL", "FANWIRE_URL", "FANWIRE_API_KEY", "FANWIRE_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    config.reset()
    receipt.tally.clear()
    yield
    await config.close()
