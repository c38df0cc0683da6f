"""One answer of the doctor."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """What was looked at, whether it is well, what was seen, and (if it is not well) what to change."""

    name: str
    well: bool
    seen: str
    change: str = ""

    def line(self) -> str:
        """``ok      secret: ...`` or ``FAILED  secret: ...; change: ...``"""
        mark = "ok    " if self.well else "FAILED"
        return f"{mark}  {self.name}: {self.seen}" + (f"; {self.change}" if self.change else "")


def well(name: str, seen: str) -> Finding:
    return Finding(name, True, seen)


def ill(name: str, seen: str, change: str) -> Finding:
    return Finding(name, False, seen, change)
