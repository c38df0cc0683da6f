"""The command in this process, in an empty directory and with an empty environment of ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fanwire.cli.app import app

Fanwire = Callable[..., "Done"]


class Done:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("FANWIRE_")] + ["DATABASE_URL", "PORT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fanwire() -> Fanwire:
    """``fanwire("token", "--user", "anna")``; an exception that would be a traceback fails the test."""

    def run(*args: str, input: str | None = None) -> Done:
        result = CliRunner().invoke(app, list(args), input=input, catch_exceptions=False)
        return Done(result.exit_code, result.stdout, result.stderr)

    return run
