"""One measured thing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Literal

import msgspec

Better = Literal["higher", "lower"]


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """``rounds`` are our values, ``peer_rounds`` the peer's in the same run; the medians speak for them.

    ``bar`` is what issue 4 asks for; a figure without one is only reported.
    """

    group: str
    name: str
    unit: str
    rounds: tuple[float, ...]
    better: Better = "higher"
    bar: float | None = None
    peer_rounds: tuple[float, ...] = ()
    note: str = ""

    @property
    def value(self) -> float:
        return median(self.rounds)

    @property
    def peer(self) -> float | None:
        return median(self.peer_rounds) if self.peer_rounds else None

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer we are; below 1 the peer is better."""
        if not self.peer or not self.value:
            return None
        return self.value / self.peer if self.better == "higher" else self.peer / self.value

    @property
    def holds(self) -> bool | None:
        """Whether the bar is met; None when there is none."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.better == "higher" else self.value <= self.bar

    def line(self) -> bytes:
        """The figure as one line of JSON."""
        derived = {"value": self.value, "peer": self.peer, "ratio": self.ratio, "holds": self.holds}
        return msgspec.json.encode(msgspec.to_builtins(self) | derived)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of all do not exceed; NaN when there is none."""
    return sorted(values)[int((len(values) - 1) * share)] if values else math.nan


def spread(group: str, name: str, seconds: Sequence[float], bar_ms: float | None = None) -> Iterator[Figure]:
    """The middle and the tail of a duration, in milliseconds; ``bar_ms`` is for both."""
    for label, share in (("p50", 0.5), ("p99", 0.99)):
        yield Figure(group, f"{name}: {label}", "ms", (percentile(seconds, share) * 1e3,), "lower", bar_ms)
