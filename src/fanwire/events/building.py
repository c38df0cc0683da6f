"""Callers' arguments into events: rows, ORM objects, dicts and dataclasses become the allow-listed payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from fanwire.errors import InvalidEvent
from fanwire.payloads import Event, SendNotification

E = TypeVar("E", bound=Event)


def build(model: type[E], **values: Any) -> E:
    """An event from Python arguments; whatever the model does not name is dropped.

    Raises:
        InvalidEvent: an argument does not fit; the message lists each field.
    """
    try:
        return model.model_validate({name: _plain(value) for name, value in values.items() if value is not None})
    except ValidationError as error:
        raise InvalidEvent(_report(model, error)) from None


def is_own_act(event: Event) -> bool:
    """It would tell its recipient of their own act."""
    return isinstance(event, SendNotification) and event.is_own_act


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _report(model: type[Event], error: ValidationError) -> str:
    parts = error.errors(include_url=False)
    fields = [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in parts]
    is_new = any(part["loc"][-1:] == ("id",) and part["input"] is None for part in parts)
    return f"{model.function}: {'; '.join(fields)}" + (" (a new row has its id after flush)" if is_new else "")
