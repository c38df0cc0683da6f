"""Which core serves and which core loads: two processes on one core would measure each other."""

from __future__ import annotations

import os
from typing import NamedTuple


class Cores(NamedTuple):
    """``server`` and ``client`` are the same on a machine of one core: the table says so."""

    server: int
    client: int

    @classmethod
    def choose(cls) -> Cores:
        allowed = sorted(os.sched_getaffinity(0))
        return cls(server=allowed[0], client=allowed[-1])


def pin(core: int, pid: int = 0) -> None:
    """Keep a process (0: this one, and what it starts from now on) on one core."""
    os.sched_setaffinity(pid, {core})
