"""The first answer to each ``Idempotency-Key``, kept in the same transaction as what it did.

A refusal (4xx) changes nothing and is not kept: the same key may be used for another try.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import delete, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from fanwire.platform import tables
from fanwire.platform.problems import Busy, Invalid
from fanwire.platform.rows import insert_new

# Payment providers repeat a webhook for days; a month is beyond any of them.
RETENTION = timedelta(days=30)
SWEEP_LIMIT = 1_000
# How long a second request waits for the first one with its key, before it is told to come again (409).
_WAIT = text("SET LOCAL lock_timeout = '5s'")

_KEY = (
    tables.idempotency.c.user_id,
    tables.idempotency.c.method,
    tables.idempotency.c.path,
    tables.idempotency.c.key,
)


@dataclass(frozen=True)
class KeyedRequest:
    """A key counts for one user, method and path; ``fingerprint`` tells whether the rest is the same too."""

    user_id: str
    method: str
    path: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class KeptAnswer:
    status: int
    body: str


def fingerprint(said: BaseModel | None) -> str:
    """What was said, without regard to spacing or to the order of fields."""
    content = "" if said is None else said.model_dump_json(exclude_unset=True)
    return hashlib.sha256(content.encode()).hexdigest()


async def claim(connection: AsyncConnection, request: KeyedRequest, now: datetime) -> KeptAnswer | None:
    """Take the key for this transaction (None), or return the first answer to it.

    Of two racing requests the second waits here until the first has committed or rolled back: on
    PostgreSQL at the key's unique index, on SQLite for the one connection that writes.

    Raises:
        Invalid: the key was used for something else.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_WAIT)
    row = {
        "user_id": request.user_id,
        "method": request.method,
        "path": request.path,
        "key": request.key,
        "fingerprint": request.fingerprint,
        "created_at": now,
    }
    if await insert_new(connection, tables.idempotency, row):
        return None
    return await _kept(connection, request)


async def keep(connection: AsyncConnection, request: KeyedRequest, answer: KeptAnswer) -> None:
    """Store the answer beside the effect."""
    await connection.execute(
        update(tables.idempotency).where(_is(request)).values(status=answer.status, body=answer.body)
    )


async def sweep(connection: AsyncConnection, now: datetime) -> int:
    """Forget keys older than ``RETENTION``, at most ``SWEEP_LIMIT`` at a time; returns how many."""
    old = (
        select(*_KEY)
        .where(tables.idempotency.c.created_at < now - RETENTION)
        .limit(SWEEP_LIMIT)
        .with_for_update(skip_locked=True)
    )
    result = await connection.execute(delete(tables.idempotency).where(tuple_(*_KEY).in_(old)))
    return result.rowcount


async def _kept(connection: AsyncConnection, request: KeyedRequest) -> KeptAnswer:
    columns = tables.idempotency.c
    found = (
        await connection.execute(select(columns.fingerprint, columns.status, columns.body).where(_is(request)))
    ).one_or_none()
    if found is None:
        # It was swept between the two statements: its month is over.
        raise Busy("The first request with this Idempotency-Key is being forgotten; send this one again.")
    if found.fingerprint != request.fingerprint:
        raise Invalid(
            "This Idempotency-Key was used with a different body; use a new key for a new request, "
            "or send the first body again."
        )
    return KeptAnswer(found.status, found.body)


def _is(request: KeyedRequest) -> ColumnElement[bool]:
    return tuple_(*_KEY) == tuple_(request.user_id, request.method, request.path, request.key)
