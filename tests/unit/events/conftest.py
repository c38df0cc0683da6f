"""Each test begins unconfigured, whatever the shell's environment says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fanwire.events import config, receipt


@pytest.fixture(autouse=True)
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("FANWIRE_DATABASE_URL", "FANWIRE_URL", "FANWIRE_API_KEY", "FANWIRE_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    config.reset()
    receipt.tally.clear()
    yield
    config.reset()
