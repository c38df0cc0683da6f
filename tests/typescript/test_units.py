"""The npm package under Node's own test runner, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import PACKAGE, node

TESTS = sorted((PACKAGE / "test" / "unit").glob("*.test.mjs"))


@pytest.mark.node
def test_under_node(package: Path) -> None:
    done = node("--test", *TESTS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# fail 0\n" in done.stdout
    assert "\n# skipped 0\n" in done.stdout


@pytest.mark.node
def test_types_say_what_may_be_passed(package: Path) -> None:
    """As a stranger's compiler resolves the package, for import and for require."""
    done = node(PACKAGE / "node_modules" / "typescript" / "bin" / "tsc", "-p", PACKAGE / "test" / "types")
    assert done.returncode == 0, done.stdout


def test_there_is_something_to_run() -> None:
    assert len(TESTS) >= 6
