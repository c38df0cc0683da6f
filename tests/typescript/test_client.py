"""The front-end client of the npm package under Node's own test runner, against a real `fanwire dev`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fanwire.testing.process import API_KEY, FanwireProcess

from .conftest import PACKAGE, node

pytestmark = pytest.mark.node

TESTS = sorted((PACKAGE / "test" / "live").glob("*.test.mjs"))
# Node 20 has WebSocket behind a flag; later ones take the flag and need none.
FLAGS = ("--experimental-websocket", "--no-warnings", "--test", "--test-timeout=40000")


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FanwireProcess]:
    place = tmp_path_factory.mktemp("dev")
    process = FanwireProcess("dev", "--data-dir", str(place / "data"), log=place / "dev.log")
    process.start()
    yield process
    assert process.stop() == 0, process.output()


def test_client_with_a_server(package: Path, dev: FanwireProcess) -> None:
    secret = (dev.log.parent / "data" / "token_secret").read_text().strip()
    env = {"FANWIRE_TEST_URL": dev.url, "FANWIRE_TEST_KEY": API_KEY, "FANWIRE_TEST_SECRET": secret}
    done = node(*FLAGS, *TESTS, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# fail 0\n" in done.stdout
    assert "\n# skipped 0\n" in done.stdout


def test_there_is_something_to_run() -> None:
    assert TESTS
