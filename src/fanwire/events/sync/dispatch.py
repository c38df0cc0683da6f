"""``fanwire.events.dispatch`` for code without a loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fanwire.errors import InvalidEvent
from fanwire.events import config
from fanwire.events.building import build
from fanwire.events.outcome import entry_for, failed, nowhere, receipts, refused, wanted
from fanwire.events.receipt import Receipt, Status
from fanwire.events.storing import store_in
from fanwire.outbox.writer import Entry
from fanwire.payloads import Event


def say(model: type[Event], *, session: Any, strict: bool, **values: Any) -> Receipt:
    """Build an event from the arguments of its function, and emit it. Raises as ``emit`` does.

    Raises:
        InvalidEvent: an argument does not fit (with ``session=`` or ``strict=True``).
    """
    try:
        event = build(model, **values)
    except InvalidEvent as error:
        return refused(error, raises=strict or session is not None)
    return emit(event, session=session, strict=strict)


def emit(event: Event, *, session: Any = None, strict: bool = False, event_id: str | None = None) -> Receipt:
    """Send one event. ``event_id`` names it where a caller repeats itself; a repeat that still waits is the same.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: with ``session=``, the database refused.
        NotConfigured: with ``strict=True``, there is nowhere to send to.
        TypeError: ``session`` is an async one.
        ConfigurationError: it is Django's connection, outside ``transaction.atomic()``.
        DeliveryFailed: with ``strict=True``, it could not be stored or handed over.
    """
    return (emit_all([entry_for(event, event_id)], session=session, strict=strict))[0]


def emit_all(entries: Sequence[Entry], *, session: Any = None, strict: bool = False) -> list[Receipt]:
    """Send several events together, in their order; one receipt each. Raises as ``emit`` does."""
    told = wanted(entries)
    if not told:
        return receipts(entries, Status.SKIPPED)
    if session is not None:
        store_in(session, told, config.directory())
        return receipts(entries, Status.STORED)
    try:
        target = config.current().target
        if target is None:
            return nowhere(entries, strict)
        failures = target.deliver_now(told)
    except Exception as error:  # noqa: BLE001 - promise P4: the API goes on whatever happened to the event
        return failed(entries, {entry.event_id: error for entry in told}, Status.FAILED, strict)
    return failed(entries, failures, target.status, strict) if failures else receipts(entries, target.status)
