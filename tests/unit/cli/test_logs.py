"""What a log line may hold: never the values that were around when something failed."""

from __future__ import annotations

import io

import structlog

from fanwire.cli.logs import _renderer

CANARY = "canary-token-0123456789"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def fail(token: str) -> None:
    assert token
    raise ValueError("something failed")


def test_a_traceback_shows_no_local_variables() -> None:
    for out in (Terminal(), io.StringIO()):
        render = _renderer(out)
        try:
            fail(CANARY)
        except ValueError:
            event = structlog.processors.add_log_level(None, "error", {"event": "failed", "exc_info": True})
            line = str(render(None, "error", event))
        assert "something failed" in line
        assert CANARY not in line
