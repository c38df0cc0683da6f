"""Named points where a test kills the process, to prove that a crash there loses and repeats nothing.

``FANWIRE_CRASH="POINT"`` or ``"POINT:3"`` in the environment: the process ends itself with SIGKILL when it
passes the point for the third time. Without the variable ``reached`` is one comparison.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from itertools import count

from fanwire.errors import ConfigurationError

VARIABLE = "FANWIRE_CRASH"


class CrashPoint(StrEnum):
    """Where a process can be told to die. API_*: who calls event functions; the rest: relay and gateway."""

    API_BEFORE_APPEND = "API_BEFORE_APPEND"
    API_BEFORE_COMMIT = "API_BEFORE_COMMIT"
    API_AFTER_COMMIT = "API_AFTER_COMMIT"
    RELAY_AFTER_CLAIM = "RELAY_AFTER_CLAIM"
    RELAY_AFTER_FENCE = "RELAY_AFTER_FENCE"
    RELAY_AFTER_APPLY = "RELAY_AFTER_APPLY"  # frames written, rows deleted, not committed
    RELAY_AFTER_COMMIT = "RELAY_AFTER_COMMIT"  # nothing published yet
    RELAY_AFTER_PUBLISH = "RELAY_AFTER_PUBLISH"  # frames not deleted yet
    RELAY_AFTER_DELETE = "RELAY_AFTER_DELETE"
    GATEWAY_BEFORE_FANOUT = "GATEWAY_BEFORE_FANOUT"


def _plan(text: str) -> tuple[CrashPoint, int] | None:
    if not text:
        return None
    name, _, nth = text.partition(":")
    try:
        return CrashPoint(name.upper()), int(nth or 1)
    except ValueError:
        raise ConfigurationError(
            f"{VARIABLE}={text!r}: write POINT or POINT:nth; points: {', '.join(CrashPoint)}"
        ) from None


_planned = _plan(os.environ.get(VARIABLE, ""))
_passes = count(1)


def armed() -> bool:
    """A crash is planned in this process."""
    return _planned is not None


def reached(point: CrashPoint) -> None:
    """Die here, if that is the plan."""
    if _planned is not None and _planned[0] is point and next(_passes) == _planned[1]:
        os.kill(os.getpid(), signal.SIGKILL)
