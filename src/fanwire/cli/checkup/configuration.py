"""Questions to the settings and to the database, without the server."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from fanwire.cli.checkup.finding import Finding, ill, well
from fanwire.cli.database import unreachable
from fanwire.errors import ConfigurationError
from fanwire.gateway.requirements import missing
from fanwire.settings import Settings
from fanwire.store import migrate


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """Whether a production server would start with these settings."""
    problems = missing(settings)
    for problem in problems:
        seen, _, change = problem.partition(": ")
        yield ill("settings", seen, change)
    if not problems:
        yield well("settings", f"complete for {settings.environment}")


def database_findings(url: str) -> Iterator[Finding]:
    """Whether the database answers, and has the tables of this version."""
    try:
        has, needs = migrate.current(url), migrate.newest()
    except ConfigurationError as error:
        yield ill("database", str(error), "correct database.url")
        return
    except SQLAlchemyError as error:
        yield ill("database", unreachable(url, error), "start it, or correct database.url (FANWIRE_DATABASE_URL)")
        return
    yield well("database", "answers")
    if has == needs:
        yield well("migrations", f"at {has}")
    else:
        yield ill("migrations", f"at {has or 'nothing'}, {needs} is needed", "run: fanwire db upgrade")
