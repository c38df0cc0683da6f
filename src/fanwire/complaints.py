"""What is wrong with a configuration, in one line per option: where it stands, and the nearest known name.

No line ever holds the value itself: it may be a secret.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fanwire.errors import ConfigurationError
from fanwire.settings import Settings


def complaint(error: ValidationError, origins: Mapping[str, str], file: str) -> str:
    """One line per wrong option. ``origins`` maps dotted paths to the variables that set them."""
    return "\n".join(_line(problem, origins, file) for problem in error.errors(include_url=False, include_input=False))


def misspelt_variable(variable: str, known: Iterable[str]) -> None:
    """Refuse a variable that looks like a known one with a typing error; others are not ours to judge."""
    nearest = difflib.get_close_matches(variable, list(known), n=1, cutoff=0.87)
    if nearest:
        raise ConfigurationError(f"{variable}: no such variable; did you mean {nearest[0]}?")


@cache
def known_paths() -> tuple[str, ...]:
    """The dotted path of every option and of every section."""
    return tuple(_paths(Settings, ""))


def _paths(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield prefix + name
        section = _section(field.annotation)
        if section is not None:
            yield from _paths(section, f"{prefix}{name}.")


def _section(annotation: Any) -> type[BaseModel] | None:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _line(problem: ErrorDetails, origins: Mapping[str, str], file: str) -> str:
    path = _dotted(problem["loc"])
    origin = origins.get(path) or file
    place = f"{origin}: {path}" if origin and origin != path else path or file
    if problem["type"] != "extra_forbidden":
        return f"{place}: {problem['msg'].removeprefix('Value error, ')}"
    plain = ".".join(str(part) for part in problem["loc"] if not isinstance(part, int))
    return f"{place}: no such option{_nearest(plain)}"


def _dotted(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _nearest(path: str) -> str:
    found = difflib.get_close_matches(path, known_paths(), n=1, cutoff=0.6)
    return f"; the nearest that exists is {found[0]}" if found else ""
