"""What becomes of events, told the same way by the async functions and their sync twins."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fanwire.errors import DeliveryFailed, FanwireError, InvalidEvent, NotConfigured
from fanwire.events.building import is_own_act
from fanwire.events.config import HINT
from fanwire.events.receipt import Receipt, Status, receipt, tally
from fanwire.events.target import Failures
from fanwire.ids import event_id as make_id
from fanwire.outbox.failures import brief
from fanwire.outbox.writer import Entry
from fanwire.payloads import Event

log = logging.getLogger("fanwire.events")


def entry_for(event: Event, event_id: str | None = None) -> Entry:
    """The event under its id: the given one, or a new uuid7."""
    return Entry(event_id or make_id(), event)


def wanted(entries: Sequence[Entry]) -> list[Entry]:
    """Those that say something: nobody is told of their own act."""
    return [entry for entry in entries if not is_own_act(entry.event)]


def receipts(entries: Sequence[Entry], status: Status) -> list[Receipt]:
    """One receipt per entry, ``skipped`` for who would be told of their own act."""
    return [_receipt(entry, status) for entry in entries]


def nowhere(entries: Sequence[Entry], strict: bool) -> list[Receipt]:
    """Nothing is configured: said once per process, counted every time.

    Raises:
        NotConfigured: with ``strict``.
    """
    if strict:
        raise NotConfigured(f"{entries[0].event.function}: there is nowhere to send events to; {HINT}")
    if not tally[Status.UNCONFIGURED]:
        log.warning("events go nowhere (said once): %s", HINT)
    return receipts(entries, Status.UNCONFIGURED)


def failed(entries: Sequence[Entry], failures: Failures, status: Status, strict: bool) -> list[Receipt]:
    """Some events are lost: log why, once for all of them, or raise. The others get ``status``.

    Raises:
        FanwireError: with ``strict``; errors from outside Fanwire become ``DeliveryFailed``.
    """
    event_id, error = next(iter(failures.items()))
    function = entries[0].event.function
    if strict:
        if isinstance(error, FanwireError):
            raise error
        raise DeliveryFailed(f"{function}: {brief(error)}") from error
    log.error("%s: %d of %d lost, first %s: %s", function, len(failures), len(entries), event_id, brief(error))
    return [_receipt(entry, Status.FAILED if entry.event_id in failures else status) for entry in entries]


def refused(error: InvalidEvent, *, raises: bool) -> Receipt:
    """The arguments do not fit: log which, or raise.

    Raises:
        InvalidEvent: with ``raises``.
    """
    if raises:
        raise error
    log.error("not sent: %s", error)
    return receipt(make_id(), Status.FAILED)


def _receipt(entry: Entry, status: Status) -> Receipt:
    return receipt(entry.event_id, Status.SKIPPED if is_own_act(entry.event) else status)
