"""An event function's body, as HTTP brings it, into the event."""

from __future__ import annotations

import difflib
import uuid
from typing import Any

import msgspec

from fanwire.payloads import EVENTS, Event

# Ids of repeated requests are made from the caller's key, within this namespace.
KEYS = uuid.UUID("0192f0c4-5a3e-7c11-9d2b-fa4e77100001")
LONGEST_KEY = 200


def named(function: str, key: str) -> str:
    """The event id that an ``Idempotency-Key`` stands for; a UUID is taken as the id itself."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(KEYS, f"{function}:{key}"))


def event_of(function: str, payload: Any, source: bytes) -> Event:
    """The event that ``function`` (one of ``EVENTS``) says with these arguments; ``source`` is the JSON they are from.

    Raises:
        msgspec.ValidationError: a text holds a character that databases do not keep.
        pydantic.ValidationError: an argument does not fit.
    """
    if b"\\u0000" in source and _has_nul(payload):
        raise msgspec.ValidationError("text with a NUL character (\\u0000) cannot be stored")
    return EVENTS[function].model_validate(payload)


def no_such_function(name: str) -> str:
    """Says so, and names the nearest that exists."""
    nearest = difflib.get_close_matches(name, EVENTS, n=1)
    return f"no event function {name!r}" + (f"; did you mean {nearest[0]!r}?" if nearest else "")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_has_nul(part) for part in value)
