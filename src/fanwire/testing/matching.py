"""Whether a value holds what a test asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def holds(value: Any, wanted: Any) -> bool:
    """A mapping holds another when it has all its items, at any depth; everything else must be equal."""
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and all(
            name in value and holds(value[name], part) for name, part in wanted.items()
        )
    return bool(value == wanted)
