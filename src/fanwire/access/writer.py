"""Append grants and revocations to the access log: the newest row of a (user, resource) is the fact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite

from fanwire.payloads import Event, GrantAccess
from fanwire.store import tables

# A repeated event changes nothing: a retried grant that arrives after a revocation must not undo it.
_INSERTS: dict[str, Insert] = {
    "postgresql": postgresql.insert(tables.access).on_conflict_do_nothing(index_elements=["event_id"]),
    "sqlite": sqlite.insert(tables.access).on_conflict_do_nothing(index_elements=["event_id"]),
}


class Said(Protocol):
    """An event with its id."""

    @property
    def event_id(self) -> str: ...

    @property
    def event(self) -> Event: ...


def record(connection: Connection, facts: Iterable[Said]) -> None:
    """Append the facts that ``GrantAccess`` and ``RevokeAccess`` events state, in the caller's transaction.

    ``outbox.writer`` calls this in the same call that appends the events; nobody else needs to.
    """
    connection.execute(_INSERTS[connection.dialect.name], [_row(said) for said in facts])


def _row(said: Said) -> dict[str, Any]:
    event: Any = said.event
    row = {"event_id": said.event_id, "user_id": event.user_id, "resource": event.resource}
    if isinstance(event, GrantAccess):
        return row | {"kind": "grant", "tier": event.tier, "until": event.until, "reason": None}
    return row | {"kind": "revoke", "tier": None, "until": None, "reason": event.reason}
