"""Reads settings from a file (JSON, YAML or TOML) and the environment.

Order: argument > environment > file > fall-back variable (``DATABASE_URL``, ``PORT``) > default. Any option
is ``FANWIRE_`` + its path with ``__`` between the parts; the common ones have a short name of their own.
Nothing unknown passes silently: see ``fanwire.complaints``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fanwire.complaints import complaint, misspelt_variable
from fanwire.errors import ConfigurationError
from fanwire.settings import Settings

PREFIX = "FANWIRE_"
SHORT_NAMES = {
    "FANWIRE_DATABASE_URL": "database.url",
    "FANWIRE_BROKER_URL": "broker.url",
    "FANWIRE_API_KEY": "http_api.key",
    "FANWIRE_TOKEN_SECRET": "client.token.hmac_secret_key",
    "FANWIRE_ENVIRONMENT": "environment",
    "FANWIRE_LOG_LEVEL": "log_level",
}
FALL_BACKS = {"DATABASE_URL": "database.url", "PORT": "http_server.port"}

Tree = dict[str, Any]


def load(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """The settings in force. ``overrides`` maps dotted paths to values; a value of None is no value.

    Raises: ConfigurationError with one line per wrong option, each with its place and the nearest known name.
    """
    environment = environ or {}
    origins: dict[str, str] = {}
    tree = _from_variables(environment, FALL_BACKS, origins)
    if file is not None:
        tree = merged(tree, read_file(file))
    tree = merged(tree, _from_variables(environment, SHORT_NAMES, origins))
    tree = merged(tree, _nested(environment, origins))
    for path, value in (overrides or {}).items():
        if value is not None:
            tree = merged(tree, _branch(path.split("."), value))
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise ConfigurationError(complaint(error, origins, str(file) if file else "")) from None


def read_file(file: Path) -> Tree:
    """The options in ``file``, whose ending says what it is written in."""
    parsers: dict[str, Callable[[str], Any]] = {
        ".json": json.loads,
        ".toml": tomllib.loads,
        ".yaml": _yaml,
        ".yml": _yaml,
    }
    parse = parsers.get(file.suffix.lower())
    if parse is None:
        raise ConfigurationError(f"{file}: cannot tell what this is; use a .json, .yaml or .toml file")
    try:
        tree = parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror or error}") from None
    except ValueError as error:
        raise ConfigurationError(f"{file}: not valid {file.suffix[1:].upper()}: {error}") from None
    if not isinstance(tree, dict):
        raise ConfigurationError(f"{file}: must hold options by name, not a {type(tree).__name__}")
    return tree


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tree:
    """Both trees as one; where both have a value, ``above`` wins."""
    result = dict(below)
    for name, value in above.items():
        old = result.get(name)
        result[name] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        # Its message has several lines; a complaint has one.
        raise ValueError(" ".join(str(error).split())) from None


def _from_variables(environ: Mapping[str, str], names: Mapping[str, str], origins: dict[str, str]) -> Tree:
    tree: Tree = {}
    for variable, path in names.items():
        if environ.get(variable):
            tree = merged(tree, _branch(path.split("."), environ[variable]))
            origins[path] = variable
    return tree


def _nested(environ: Mapping[str, str], origins: dict[str, str]) -> Tree:
    tree: Tree = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in SHORT_NAMES:
            continue
        if "__" not in variable:
            misspelt_variable(variable, SHORT_NAMES)
            continue
        parts = variable.removeprefix(PREFIX).lower().split("__")
        tree = merged(tree, _branch(parts, _value(variable, text)))
        origins[".".join(parts)] = variable
    return tree


def _value(variable: str, text: str) -> Any:
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{variable}: not valid JSON: {error}") from None


def _branch(parts: list[str], value: Any) -> Tree:
    for part in reversed(parts):
        value = {part: value}
    return dict(value)
