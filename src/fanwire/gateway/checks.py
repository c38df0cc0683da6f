"""What a gateway asks itself before it calls itself ready."""

from __future__ import annotations

from sqlalchemy import select

from fanwire.gateway.readiness import Check, NotReady
from fanwire.gateway.requirements import missing
from fanwire.gateway.runtime import Runtime
from fanwire.settings import Settings
from fanwire.store.database import Database
from fanwire.store.tables import relay_lease


def gateway_checks(runtime: Runtime) -> dict[str, Check]:
    """Configuration, database, broker, the way of an event through the relay, and the end of access."""
    return {
        "configuration": configured(runtime.settings),
        "database": database_answers(runtime.database),
        "broker": runtime.broker.check,
        "relay": runtime.reach.check,
        "backlog": runtime.backlog.check,
        "access": runtime.access.check,
    }


def configured(settings: Settings) -> Check:
    """Silence is never success: a production server without its secrets is not ready."""

    async def check() -> None:
        problems = missing(settings)
        if problems:
            raise NotReady("; ".join(problems))

    return check


def database_answers(database: Database) -> Check:
    """The database answers, and has our tables."""

    async def check() -> None:
        async with database.peek.connect() as connection:
            if (await connection.execute(select(relay_lease.c.name))).first() is None:
                raise NotReady("the tables are not complete: run fanwire db upgrade")

    return check
