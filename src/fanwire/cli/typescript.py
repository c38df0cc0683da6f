"""TypeScript from the JSON Schema of the event functions: types for the compiler, and the schema itself for run time.

The types are those of what a caller may pass, so they are wider than the stored payload: a row's ids may be numbers,
its times dates, its money a decimal class, its empty columns null (``clients/typescript/src/input.ts``).
"""

from __future__ import annotations

import json
from typing import Any

from fanwire.cli import typescript_wire
from fanwire.cli.typescript_parts import MADE_BY, Schema, branches_of, comment, name_of
from fanwire.payloads.base import ID_PATTERN

_INPUT = "import type { Id, Instant, Numeric, Open } from '../input.js';\n\n"
# What only people read; the run time needs neither.
_PROSE = frozenset({"title", "description", "examples"})
_SCALARS = {"integer": "Numeric", "number": "Numeric", "boolean": "boolean", "null": "null"}


def files(schema: Schema) -> dict[str, str]:
    """File name -> content, for ``clients/typescript/src/generated``."""
    return {"types.ts": _types(schema), "schema.ts": _runtime(schema), "wire.ts": typescript_wire.file()}


def _types(schema: Schema) -> str:
    definitions: Schema = schema["$defs"]
    words = definitions["NotificationType"]["enum"]
    is_type_name = _pattern(definitions["Notification"]["properties"]["type"])
    blocks = [
        _declaration(name, definition, is_type_name)
        for name, definition in definitions.items()
        if definition.get("type") == "object"
    ]
    functions = "".join(f"  {name}: {name_of(entry)};\n" for name, entry in schema["functions"].items())
    payloads = (
        f"/** What each event function says, by its name on the wire. */\nexport interface Payloads {{\n{functions}}}\n"
    )
    return (
        MADE_BY
        + _INPUT
        + _words("NotificationType", definitions["NotificationType"]["description"], words)
        + "".join(blocks)
        + payloads
    )


def _runtime(schema: Schema) -> str:
    functions = "".join(f"  {name}: {json.dumps(entry)},\n" for name, entry in schema["functions"].items())
    definitions = "".join(
        f"  {name}: {json.dumps(_slim(definition), ensure_ascii=False)},\n"
        for name, definition in schema["$defs"].items()
        if name != "NotificationType"
    )
    return (
        MADE_BY
        + "import type { Schemas } from '../server/schema.js';\n\n"
        + f"export const SCHEMAS: Schemas = {{\n functions: {{\n{functions} }},\n $defs: {{\n{definitions} }},\n}};\n"
    )


def _slim(schema: Any) -> Any:
    """The schema without prose; names of properties are not keywords and stay."""
    if isinstance(schema, list):
        return [_slim(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _slim(part) for name, part in value.items()} if key == "properties" else _slim(value)
        for key, value in schema.items()
        if key not in _PROSE and (key, value) != ("default", None)
    }


def _words(name: str, description: str, words: list[str]) -> str:
    members = "".join(f"  {word}: '{word}',\n" for word in words)
    kinds = f"export type {name} = (typeof {name})[keyof typeof {name}];\n\n"
    return f"{comment(description, '')}export const {name} = {{\n{members}}} as const;\n{kinds}"


def _declaration(name: str, definition: Schema, type_name: str) -> str:
    required = set(definition.get("required", ()))
    lines = [
        comment(field.get("description", ""), "  ") + f"  {key}{_type(field, key in required, type_name)};\n"
        for key, field in definition.get("properties", {}).items()
    ]
    return f"{comment(definition.get('description', ''), '')}export interface {name} {{\n{''.join(lines)}}}\n\n"


def _type(field: Schema, is_required: bool, type_name: str) -> str:
    kinds = _kinds(field, type_name)
    if is_required:
        return f": {' | '.join(kinds)}"
    return f"?: {' | '.join([*(kind for kind in kinds if kind != 'null'), 'null', 'undefined'])}"


def _kinds(field: Schema, type_name: str) -> list[str]:
    """The members of the field's union, each once."""
    if "$ref" in field:
        name = name_of(field)
        return ["unknown" if name == "JsonValue" else name]
    branches = branches_of(field)
    if branches is not None:
        return list(dict.fromkeys(kind for branch in branches for kind in _kinds(branch, type_name)))
    return [_kind(field, type_name)]


def _kind(field: Schema, type_name: str) -> str:
    words = field.get("enum", [field["const"]] if "const" in field else None)
    if words is not None:
        literals = " | ".join(f"'{word}'" for word in words)
        return f"Open<{literals}>"
    kind = field.get("type")
    if kind == "array":
        return f"readonly ({' | '.join(_kinds(field.get('items', {}), type_name))})[]"
    if kind == "object":
        return "Record<string, unknown>"
    if kind == "string":
        return _text(field, type_name)
    return _SCALARS.get(kind or "", "unknown")


def _text(field: Schema, type_name: str) -> str:
    pattern = _pattern(field)
    if pattern == ID_PATTERN:
        return "Id"
    if pattern == type_name:
        return "Open<NotificationType>"
    return "Instant" if field.get("format") == "date-time" else "string"


def _pattern(field: Schema) -> str:
    return str(field.get("pattern", ""))
