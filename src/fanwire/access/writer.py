"""Append facts to the access log: the newest row of a (user, resource) holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite

from fanwire.payloads import AccessEvent
from fanwire.store import tables

# A repeated event changes nothing: a retried grant that arrives after a revocation must not undo it.
INSERTS: dict[str, Insert] = {
    "postgresql": postgresql.insert(tables.access).on_conflict_do_nothing(index_elements=["event_id"]),
    "sqlite": sqlite.insert(tables.access).on_conflict_do_nothing(index_elements=["event_id"]),
}


class Said(NamedTuple):
    """An event with its id."""

    event_id: str
    event: AccessEvent


def record(connection: Connection, facts: Iterable[Said]) -> None:
    """Append the facts that events state, in the caller's transaction.

    ``outbox.writer`` calls this in the same call that appends the events; nobody else needs to.
    """
    connection.execute(INSERTS[connection.dialect.name], [row(said) for said in facts])


def row(said: Said) -> dict[str, Any]:
    """The columns that a writer fills."""
    fact = said.event.fact()._asdict()
    return {"event_id": said.event_id, "user_id": fact.pop("user"), **fact}
