"""What both makers of TypeScript types share: names, comments, branches of a union."""

from __future__ import annotations

import re
from typing import Any

from pydantic.alias_generators import to_camel

MADE_BY = "// Made by `fanwire schema typescript` from the Python models: change those, not this file.\n\n"

Schema = dict[str, Any]


def name_of(reference: Schema) -> str:
    """The definition that a ``$ref`` names."""
    return str(reference["$ref"]).rpartition("/")[2]


def branches_of(field: Schema) -> list[Schema] | None:
    """The members of a union, or None where the field is none."""
    branches: list[Schema] | None = field.get("anyOf", field.get("oneOf", field.get("allOf")))
    return branches


def comment(text: str, indent: str) -> str:
    """A doc comment, in which fields are named as TypeScript names them; nothing for no text."""
    if not text:
        return ""
    lines = re.sub(r"``([a-z_]+)``", lambda word: f"`{to_camel(word[1])}`", text).replace("``", "`").splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"
