"""TypeScript types of what clients are told (``frames.catalog``): exact, where those of event functions are wide."""

from __future__ import annotations

from pydantic.json_schema import models_json_schema

from fanwire.cli.typescript_parts import MADE_BY, Schema, branches_of, comment, name_of
from fanwire.frames.catalog import CATALOG

_SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_TOLD = """/** Everything that a client may be told. */
export type Told = Channels[keyof Channels];

/** What is told under one `type`. */
export type ToldOf<Type extends Told['type']> = Told extends infer One
  ? One extends { type: infer Types }
    ? Type extends Types
      ? One
      : never
    : never
  : never;
"""


def file() -> str:
    """The content of ``wire.ts``."""
    models = list(dict.fromkeys(model for told in CATALOG.values() for model in told))
    _, document = models_json_schema([(model, "serialization") for model in models], by_alias=True)
    definitions = document["$defs"]
    channels = "".join(
        f"  {namespace}: {' | '.join(model.__name__ for model in told)};\n" for namespace, told in CATALOG.items()
    )
    return (
        MADE_BY
        + "".join(_declaration(name, definitions[name]) for name in sorted(definitions) if name != "JsonValue")
        + "/** What the channels of a namespace carry, replies to subscribes included. */\n"
        + f"export interface Channels {{\n{channels}}}\n\n"
        + _TOLD
    )


def _declaration(name: str, definition: Schema) -> str:
    required = set(definition.get("required", ()))
    lines = [f"  {key}{_type(field, key in required)};\n" for key, field in definition["properties"].items()]
    return f"{comment(definition.get('description', ''), '')}export interface {name} {{\n{''.join(lines)}}}\n\n"


def _type(field: Schema, is_required: bool) -> str:
    """What is not known is left out, so only required fields can be null."""
    kinds = _kinds(field)
    if is_required:
        return f": {' | '.join(kinds)}"
    return f"?: {' | '.join(kind for kind in kinds if kind != 'null')}"


def _kinds(field: Schema) -> list[str]:
    if "$ref" in field:
        return [name_of(field)]
    branches = branches_of(field)
    if branches is not None:
        return list(dict.fromkeys(kind for branch in branches for kind in _kinds(branch)))
    words = field.get("enum", [field["const"]] if "const" in field else None)
    if words is not None:
        return [f"'{word}'" for word in words]
    if field.get("type") == "array":
        return [f"({' | '.join(_kinds(field['items']))})[]"]
    if field.get("type") == "object":
        return [_record(field)]
    return [_SCALARS[field["type"]]]


def _record(field: Schema) -> str:
    values = field.get("additionalProperties", True)
    return f"Record<string, {' | '.join(_kinds(values)) if isinstance(values, dict) and values else 'unknown'}>"
