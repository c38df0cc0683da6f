"""The process dies where the environment says, at the pass it says, and nowhere without it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from fanwire.outbox.crash import VARIABLE, CrashPoint, armed, reached

CODE = """
from fanwire.outbox.crash import CrashPoint, reached
for n in range(5):
    reached(CrashPoint.RELAY_AFTER_APPLY)
    print(n, flush=True)
    reached(CrashPoint.RELAY_AFTER_COMMIT)
"""


def run(plan: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, VARIABLE: plan}
    return subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize(
    ("plan", "passes"), [("RELAY_AFTER_APPLY", 0), ("RELAY_AFTER_APPLY:3", 2), ("relay_after_commit:2", 2)]
)
def test_it_kills_at_the_nth_pass(plan: str, passes: int) -> None:
    done = run(plan)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == [str(n) for n in range(passes)]


def test_a_point_that_is_not_passed_kills_nothing() -> None:
    assert run("API_AFTER_COMMIT").returncode == 0


@pytest.mark.parametrize("plan", ["NOWHERE", "RELAY_AFTER_APPLY:soon"])
def test_a_plan_that_cannot_be_read_names_the_points(plan: str) -> None:
    done = run(plan)
    assert done.returncode == 1
    assert "RELAY_AFTER_COMMIT" in done.stderr


def test_without_a_plan_nothing_happens() -> None:
    assert not armed()
    for point in CrashPoint:
        reached(point)
