"""All event functions as one JSON Schema (draft 2020-12): what other languages generate their types from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.json_schema import models_json_schema

from fanwire.payloads import EVENTS, AccessEvent, Event, NotificationType

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(events: Iterable[type[Event]] = EVENTS.values()) -> dict[str, Any]:
    """``functions`` says which definition each function takes, and as templates its ordering key and access fact.

    ``{post.creatorId}`` in a template stands for that field of the payload; absent fields are empty, and null where
    the template is nothing else.
    """
    models = list(events)
    _, document = models_json_schema([(model, "validation") for model in models], by_alias=True)
    definitions = document["$defs"] | {"NotificationType": TypeAdapter(NotificationType).json_schema()}
    return {
        "$schema": DIALECT,
        "title": "Fanwire events",
        "description": "Bodies of POST /events/{function}, and the payload column of fanwire_outbox.",
        "functions": {model.function: _function(model) for model in models},
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def _function(model: type[Event]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: _Named(to_camel(name)) for name in model.model_fields}
    event = model.model_construct(**fields)
    entry: dict[str, Any] = {"$ref": f"#/$defs/{model.__name__}", "orderingKey": event.ordering_key()}
    if isinstance(event, AccessEvent):
        fact = event.fact()._asdict()
        entry["access"] = {name: value if value is None else str(value) for name, value in fact.items()}
    return entry


class _Named:
    """Stands for a field: it prints as ``{its.path}``, and its attributes stand for the fields below."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __getattr__(self, name: str) -> _Named:
        return _Named(f"{self._path}.{to_camel(name)}")

    def __str__(self) -> str:
        return f"{{{self._path}}}"
