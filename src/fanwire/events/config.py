"""Where events go when a call names no session: ``fanwire.configure(...)`` or the environment, read at first use.

``FANWIRE_DATABASE_URL`` (the outbox's database) or ``FANWIRE_URL`` and ``FANWIRE_API_KEY`` (a Fanwire server), and
``FANWIRE_ENVIRONMENT`` (``development``, the default, or ``production``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fanwire.errors import ConfigurationError
from fanwire.events.http import HttpTarget
from fanwire.events.storing import CountDirectory, DatabaseTarget, UrlTarget
from fanwire.events.target import Target
from fanwire.store.database import Database

Environment = Literal["development", "production"]
ENVIRONMENTS = ("development", "production")
HINT = (
    "call fanwire.configure(database_url=...) or fanwire.configure(url=..., api_key=...), "
    "or set FANWIRE_DATABASE_URL, or FANWIRE_URL and FANWIRE_API_KEY"
)


@dataclass(frozen=True)
class Configuration:
    """Where events go; ``target`` is None when nothing is configured."""

    target: Target | None = None
    environment: Environment = "development"
    directory: CountDirectory | None = field(default=None, repr=False)


_current: Configuration | None = None


def configure(
    *,
    database_url: str | None = None,
    database: Database | None = None,
    url: str | None = None,
    api_key: str = "",
    environment: str = "development",
    directory: CountDirectory | None = None,
) -> None:
    """Say where events without ``session=`` go. Without any target they go nowhere, which is logged once.

    ``database_url``: the outbox's database; calls of one moment share a transaction. ``database``: the same, on a
    ``Database`` that this process has open (and closes). ``url`` and ``api_key``: a Fanwire server.

    Raises:
        ConfigurationError: more than one target, an unknown environment, or a URL that cannot be used.
    """
    global _current
    if environment not in ENVIRONMENTS:
        raise ConfigurationError(f"environment is {environment!r}; it is one of {', '.join(ENVIRONMENTS)}")
    server = HttpTarget(url, api_key) if url is not None else None
    target = _target(database_url, database, server, directory)
    _current = Configuration(target, "production" if environment == "production" else "development", directory)


def current() -> Configuration:
    """The configuration in force; the first call reads the environment unless ``configure`` was called.

    Raises:
        ConfigurationError: the environment contradicts itself.
    """
    if _current is None:
        configure(**from_environment(os.environ))
    assert _current is not None
    return _current


def directory() -> CountDirectory | None:
    """Who knows counts; only ``configure`` can name it, so the environment is not read."""
    return _current.directory if _current is not None else None


def reset() -> None:
    """Forget the configuration: the environment is read again at the next call (tests, after ``close``)."""
    global _current
    _current = None


async def close() -> None:
    """Close the connections that events of this process hold, and forget the configuration."""
    if _current is not None and _current.target is not None:
        await _current.target.close()
    reset()


def problems() -> list[str]:
    """Why this process must not count as ready: silence is never success in production."""
    try:
        configuration = current()
    except ConfigurationError as error:
        return [f"events: {error}"]
    if configuration.environment == "production" and configuration.target is None:
        return [f"events: there is nowhere to send them; {HINT}"]
    return []


def from_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of ``configure`` as the environment gives them; empty variables count as absent."""
    names = {
        "database_url": "FANWIRE_DATABASE_URL",
        "url": "FANWIRE_URL",
        "api_key": "FANWIRE_API_KEY",
        "environment": "FANWIRE_ENVIRONMENT",
    }
    return {name: variables[variable] for name, variable in names.items() if variables.get(variable)}


def _target(
    database_url: str | None, database: Database | None, server: HttpTarget | None, directory: CountDirectory | None
) -> Target | None:
    if sum(given is not None for given in (database_url, database, server)) > 1:
        raise ConfigurationError("give one of database_url, database and url: each event goes one way")
    if database is not None:
        return DatabaseTarget(database, directory)
    if database_url is not None:
        return UrlTarget(database_url, directory)
    return server
