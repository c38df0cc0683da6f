"""Where an event without a session goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from fanwire.events.receipt import Status
from fanwire.outbox.writer import Entry

# Event id -> why it was not delivered. Empty: all were.
Failures = dict[str, Exception]


class Target(Protocol):
    """One way out of this process. Failures, and what it raises, become ``failed`` receipts."""

    @property
    def status(self) -> Status:
        """What a delivered event's receipt says."""
        ...

    async def deliver(self, entries: Sequence[Entry]) -> Failures:
        """Hand them over. Raises where that succeeds or fails for all of them."""
        ...

    def deliver_now(self, entries: Sequence[Entry]) -> Failures:
        """``deliver`` for code without a loop."""
        ...

    async def close(self) -> None:
        """Close the connections that this target opened itself."""
        ...
