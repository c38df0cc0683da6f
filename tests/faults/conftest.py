"""`fanwire api` and `fanwire serve` as two real processes on one PostgreSQL."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fanwire.testing.process import COMMAND, FanwireProcess
from tests.faults.site import Site
from tests.processes import write_config


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``seed`` counts the repetitions: a few in `make test`, FANWIRE_SOAK of them in `make soak`."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(int(os.environ.get("FANWIRE_SOAK", "1"))))


@pytest.fixture
async def site(pg_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    config = write_config(tmp_path / "fanwire.json", pg_url)
    subprocess.run([COMMAND, "db", "upgrade", "--config", str(config)], check=True, capture_output=True, timeout=60)
    api = FanwireProcess("api", "--config", str(config), log=tmp_path / "api.log")
    serve = FanwireProcess("serve", "--config", str(config), log=tmp_path / "serve.log")
    one = Site(api, serve, pg_url)
    yield one
    await one.close()
