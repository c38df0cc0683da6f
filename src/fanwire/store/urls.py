"""Database URLs: what people write, as the drivers that Fanwire uses."""

from __future__ import annotations

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from fanwire.errors import ConfigurationError

_ASYNC = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite+aiosqlite"}
_SYNC = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite+pysqlite"}
# An asyncpg URL keeps its driver where that driver can be used.
_ASYNC_DRIVERS = {"postgresql+asyncpg"}


def async_url(url: str | URL) -> URL:
    """``url`` with an async driver (psycopg, aiosqlite).

    Raises:
        ConfigurationError: the URL cannot be read, or is neither PostgreSQL nor a SQLite file.
    """
    parsed = _checked(url)
    if parsed.drivername in _ASYNC_DRIVERS:
        return parsed
    return parsed.set(drivername=_ASYNC[_family(parsed)])


def sync_url(url: str | URL) -> URL:
    """``url`` with a sync driver (psycopg, the standard library's sqlite3). Raises as ``async_url`` does."""
    parsed = _checked(url)
    return parsed.set(drivername=_SYNC[_family(parsed)])


def shown(url: URL) -> str:
    """The URL as logs and messages may carry it: without its password."""
    return url.render_as_string(hide_password=True)


def _family(url: URL) -> str:
    return url.drivername.split("+", 1)[0]


def _checked(url: str | URL) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The text may hold a password, so it is not repeated.
        raise ConfigurationError(
            "the database URL cannot be read; write it like postgresql://user:password@host/name or sqlite:///file.db"
        ) from None
    if _family(parsed) not in _ASYNC:
        raise ConfigurationError(
            f"{shown(parsed)}: Fanwire stores events in PostgreSQL or SQLite, not {parsed.drivername}"
        )
    if _family(parsed) == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigurationError(
            "an in-memory SQLite database is not shared by connections; name a file: sqlite:///file.db"
        )
    return parsed
