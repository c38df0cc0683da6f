"""One act of one user: a transaction that holds what they change and the events that tell of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.background import BackgroundTask
from starlette.responses import Response

from fanwire.clock import Clock, utc
from fanwire.ids import IdMaker
from fanwire.platform import idempotency, users
from fanwire.platform.again import unless_deadlocked
from fanwire.platform.idempotency import KeptAnswer, KeyedRequest
from fanwire.platform.server_time import ReadTime, server_time
from fanwire.platform.sweeper import Sweeper
from fanwire.platform.users import User
from fanwire.store.database import Database

REPLAYED = {"idempotency-replayed": "true"}


@dataclass(frozen=True)
class Act:
    """What the domain functions work with: they write through ``connection`` and never commit it."""

    connection: AsyncConnection
    user: User
    now: datetime
    new_id: IdMaker
    read_time: ReadTime = server_time

    async def server_now(self) -> datetime:
        """The database's time, where processes must agree to the second; read it after the lock."""
        return await self.read_time(self.connection)


Work = Callable[[Act], Awaitable[BaseModel]]


@dataclass(frozen=True)
class Caller:
    """Who asks for what. ``key`` is the ``Idempotency-Key``, if there is one."""

    user_id: str
    method: str
    path: str
    key: str | None = None


@dataclass(frozen=True)
class Stage:
    """What acts are performed on; one per application."""

    database: Database
    clock: Clock
    new_id: IdMaker
    sweeper: Sweeper
    read_time: ReadTime = server_time


class Actor:
    """Performs the caller's act in one transaction, and at most once per ``Idempotency-Key``."""

    def __init__(self, stage: Stage, caller: Caller) -> None:
        self._stage = stage
        self._caller = caller

    async def perform(self, work: Work, said: BaseModel | None = None, status: int = 200) -> Response:
        """Do ``work`` (again after a deadlock) and answer with what it returns.

        ``said`` is the body, which a repeated key must repeat.

        Raises:
            Problem: of ``work`` or of the key; everything is rolled back.
        """
        request = self._keyed(said)
        return await unless_deadlocked(partial(self._once, work, request, status))

    async def _once(self, work: Work, request: KeyedRequest | None, status: int) -> Response:
        now = utc(self._stage.clock)
        async with self._stage.database.begin() as connection:
            first = await idempotency.claim(connection, request, now) if request else None
            if first is not None:
                return _response(first, REPLAYED)
            user = await users.ensure(connection, self._caller.user_id, now)
            answer = await work(Act(connection, user, now, self._stage.new_id, self._stage.read_time))
            kept = KeptAnswer(status, answer.model_dump_json(by_alias=True))
            if request:
                await idempotency.keep(connection, request, kept)
        return _response(kept, background=self._stage.sweeper.task() if request else None)

    def _keyed(self, said: BaseModel | None) -> KeyedRequest | None:
        caller = self._caller
        if caller.key is None:
            return None
        return KeyedRequest(caller.user_id, caller.method, caller.path, caller.key, idempotency.fingerprint(said))


def _response(
    answer: KeptAnswer, headers: dict[str, str] | None = None, background: BackgroundTask | None = None
) -> Response:
    return Response(answer.body, answer.status, headers, media_type="application/json", background=background)
