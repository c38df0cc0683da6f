"""The platform in process: requests by name, and what they left in the outbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.auth.tokens import make_api_token
from fanwire.clock import utc
from fanwire.inbox.apply import apply_rows
from fanwire.inbox.lapses import apply_lapses, lapsed
from fanwire.outbox.lapsing import Lapses
from fanwire.outbox.relay import Relay
from fanwire.platform.handlers import HANDLERS
from fanwire.platform.server_time import ReadTime
from fanwire.platform.timers import Runner
from fanwire.settings import RelaySettings
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.store.frames import StoredFrame
from fanwire.testing.clock import FakeClock

SECRET = "a-secret-of-the-tests-that-is-long-enough-for-hs256"


def time_of(clock: FakeClock) -> ReadTime:
    """The clock of the test in the place of the database's."""

    async def read(_connection: AsyncConnection) -> datetime:
        return utc(clock)

    return read


class Published:
    """A publisher that keeps what it is given."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, dict[str, Any]]] = []

    async def publish(self, frames: Sequence[StoredFrame]) -> None:
        self.frames += [(frame.channel, json.loads(frame.data)) for frame in frames]


class PlatformApi:
    """``await api.ok("boris", "POST", "/api/posts/p1/like")``; a user of None sends no token."""

    def __init__(self, app: FastAPI, database: Database, clock: FakeClock) -> None:
        self.app = app
        self.database = database
        self.clock = clock
        self.published = Published()
        lapses = Lapses(lapsed, apply_lapses)
        self._relay = Relay(database, self.published, RelaySettings(), clock, "test", apply=apply_rows, lapses=lapses)
        self._timers = Runner(database, HANDLERS, read_time=time_of(clock))
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://platform")

    def token(self, user: str) -> str:
        return make_api_token(user, secret=SECRET, clock=self.clock)

    async def send(
        self, user: str | None, method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any
    ) -> httpx2.Response:
        headers = {} if user is None else {"authorization": f"Bearer {self.token(user)}"}
        if key is not None:
            headers["idempotency-key"] = key
        if body is not None:
            more["json"] = body
        if "content" in more:
            headers["content-type"] = "application/json"
        return await self.http.request(method, path, headers=headers, **more)

    async def ok(self, user: str | None, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = await self.send(user, method, path, body, **more)
        assert answer.is_success, answer.text
        return answer.json()

    async def refused(
        self, status: int, user: str | None, method: str, path: str, body: Any = None, **more: Any
    ) -> dict[str, Any]:
        """The problem document of a request that must be refused with ``status``."""
        answer = await self.send(user, method, path, body, **more)
        return problem(answer, status)

    async def post(self, author: str = "anna", **fields: Any) -> str:
        """The id of a new post."""
        body = {"title": "Привет", "content": "текст", "isLocked": False, **fields}
        return str((await self.ok(author, "POST", "/api/posts", body))["id"])

    async def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Function and payload of every outbox row, in order."""
        columns = tables.outbox.c
        async with self.database.read.connect() as connection:
            rows = await connection.execute(select(columns.function, columns.payload).order_by(columns.id))
            return [(function, payload) for function, payload in rows]

    async def forget(self) -> None:
        """Empty the outbox, as a relay would."""
        async with self.database.write.begin() as connection:
            await connection.execute(tables.outbox.delete())

    async def applied(self) -> list[tuple[str, dict[str, Any]]]:
        """Let the relay handle everything; returns channel and data of all frames so far."""
        while await self._relay.step():
            pass
        return self.published.frames

    async def fire(self) -> None:
        """Let every timer fire that is due by the clock of the test."""
        while await self._timers.step():
            pass

    async def count(self, table: Table) -> int:
        async with self.database.read.connect() as connection:
            return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


def problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """The problem document in ``answer``, checked for all that RFC 9457 and our readers need."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["type"].startswith("urn:fanwire:problem:")
    assert document["title"]
    assert len(document["detail"]) > 10
    assert document["instance"] == answer.request.url.path
    return document
