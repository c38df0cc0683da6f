"""One outbox row as the appliers see it: validated, and with its place in the order of all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from pydantic import ValidationError

from fanwire.errors import InvalidEvent
from fanwire.payloads import EVENTS, Event

E = TypeVar("E", bound=Event)


class Row(Protocol):
    """What is needed of a claimed row (``outbox.row.OutboxRow`` is one)."""

    @property
    def event_id(self) -> str: ...
    @property
    def function(self) -> str: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...
    @property
    def created_at(self) -> datetime: ...


class Entry(NamedTuple, Generic[E]):
    """``created_at`` (aware) is when the writer's transaction said it; ``gseq`` is unique and follows the commits."""

    event: E
    event_id: str
    gseq: int
    created_at: datetime


def read(row: Row, gseq: int) -> Entry[Event]:
    """Validate one row.

    Raises:
        InvalidEvent: the function is unknown, or the payload does not fit; values are never quoted.
    """
    model = EVENTS.get(row.function)
    if model is None:
        raise InvalidEvent(f"unknown function {row.function!r}; there are {', '.join(sorted(EVENTS))}")
    try:
        event = model.model_validate(row.payload)
    except ValidationError as error:
        raise InvalidEvent(f"{row.function}: {_complaints(error)}") from None
    return Entry(event, row.event_id, gseq, row.created_at)


def _complaints(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'payload'}: {one['msg']}" for one in found)
