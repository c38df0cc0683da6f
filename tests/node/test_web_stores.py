"""The page's stores and phrases under Node's own test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

TESTS = sorted((Path(__file__).parent / "web").glob("*.test.mjs"))


@pytest.mark.node
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_under_node(path: Path) -> None:
    run = subprocess.run(["node", "--test", str(path)], capture_output=True, text=True, timeout=50, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "\n# fail 0\n" in run.stdout


def test_there_is_something_to_run() -> None:
    assert len(TESTS) >= 3
