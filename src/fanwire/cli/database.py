"""Which database a command means, and its upgrade."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from fanwire.configuration import load
from fanwire.errors import ConfigurationError
from fanwire.gateway.data_directory import DataDirectory
from fanwire.gateway.tables import DatabaseUnreachable
from fanwire.store import migrate


def database_url(url: str | None, config: Path | None, data_dir: Path, environ: Mapping[str, str]) -> str:
    """The URL from option, environment or file; else the file of a development server that has been run here.

    Raises: ConfigurationError when there is none.
    """
    chosen = load(config, environ, {"database.url": url}).database.url.get_secret_value()
    directory = DataDirectory(data_dir)
    if not chosen and (data_dir / "fanwire.db").exists():
        chosen = directory.database_url
    if not chosen:
        raise ConfigurationError("which database? give --url or --config, or set FANWIRE_DATABASE_URL")
    return chosen


def upgrade_all(url: str) -> Iterator[str]:
    """Upgrade Fanwire's tables, and the platform's where it is installed; one line for each.

    Raises: DatabaseUnreachable.
    """
    try:
        before = migrate.current(url)
        migrate.upgrade(url)
        yield _said("fanwire", before, migrate.newest())
        if importlib.util.find_spec("fastapi") is not None:
            from fanwire.platform.migrate import upgrade

            upgrade(url)
            yield "platform: tables are up to date"
    except OperationalError as error:
        raise DatabaseUnreachable(unreachable(url, error)) from None


def unreachable(url: str, error: Exception) -> str:
    """Why the database does not answer, in one line without its password."""
    shown = make_url(url).render_as_string(hide_password=True)
    cause = error.orig if isinstance(error, OperationalError) and error.orig else error
    return f"{shown} does not answer: {' '.join(str(cause).split())}"


def _said(what: str, before: str | None, now: str) -> str:
    return (
        f"{what}: tables are up to date ({now})"
        if before == now
        else f"{what}: upgraded from {before or 'nothing'} to {now}"
    )
