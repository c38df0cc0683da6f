"""What an event function answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What became of an event.

    - ``stored``: it is in the outbox; with ``session=`` it leaves when the caller commits.
    - ``sent``: the server has taken it over HTTP and stored it.
    - ``skipped``: nothing to say, for nobody is told of their own act.
    - ``unconfigured``: there is nowhere to send to; logged once per process.
    - ``failed``: it is lost; the log says why, and ``strict=True`` would have raised.
    """

    STORED = "stored"
    SENT = "sent"
    SKIPPED = "skipped"
    UNCONFIGURED = "unconfigured"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """``id`` is the event id: it travels to clients as the tag ``eventId``."""

    id: str
    status: Status


# How many events of this process ended in which status: for metrics and readiness.
tally: Counter[Status] = Counter()


def receipt(event_id: str, status: Status) -> Receipt:
    """Make a receipt and count it."""
    tally[status] += 1
    return Receipt(event_id, status)
