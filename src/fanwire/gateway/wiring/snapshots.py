"""What subscriptions to ``notifications:{user}`` start from: the inbox's snapshots in bytes, read many at a time.

A mass reconnect asks for thousands in one tick. One read at a time answers up to ``MAX_USERS`` of them on one
connection of the pool, which the API and the relay use as well; a lone connect waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import msgspec

from fanwire.access.facts import Facts
from fanwire.inbox import Inbox
from fanwire.outbox.failures import is_outage
from fanwire.realtime.ports import Snapshot

# Users of one read: enough to make reads cheap, few enough that the first of a crowd do not wait for the last.
MAX_USERS = 200

_encoder = msgspec.json.Encoder()
_Waiting = Mapping[str, asyncio.Future[Snapshot]]


class InboxSnapshots:
    """``realtime.ports.Snapshots`` over the inbox. For one event loop.

    An audience that the access log has ended is left out of the snapshot's, wherever the relay is (P5).
    """

    def __init__(self, inbox: Inbox, facts: Facts) -> None:
        self._inbox = inbox
        self._facts = facts
        self._waiting: dict[str, asyncio.Future[Snapshot]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def snapshot(self, user: str) -> Snapshot:
        """The user's state, read after this call; calls for one user that wait together share it."""
        answer = self._waiting.get(user)
        if answer is None:
            answer = self._waiting[user] = asyncio.get_running_loop().create_future()
        if self._reader is None:
            self._reader = asyncio.create_task(self._drain())
        return await asyncio.shield(answer)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await self._answer(self._next())
        finally:
            self._reader = None

    def _next(self) -> _Waiting:
        users = list(self._waiting)[:MAX_USERS]
        return {user: self._waiting.pop(user) for user in users}

    async def _answer(self, waiting: _Waiting) -> None:
        try:
            answers = await self._read(waiting)
        except Exception as error:  # noqa: BLE001 - it belongs to those who asked
            await self._failed(waiting, error)
        else:
            for user, answer in waiting.items():
                answer.set_result(answers[user])

    async def _read(self, users: Collection[str]) -> dict[str, Snapshot]:
        found = await self._inbox.snapshots(users)
        left = await self._facts.left(users)
        answers = {}
        for user, one in found.items():
            streams = frozenset(stream for stream in one.streams if (user, stream) not in left)
            answers[user] = Snapshot(_encoder.encode(one.data), one.version, one.position, streams)
        return answers

    async def _failed(self, waiting: _Waiting, error: Exception) -> None:
        """A name that the database refuses must not take the others with it; a database that is down fails them all."""
        if len(waiting) > 1 and not is_outage(error):
            for user, answer in waiting.items():
                await self._answer({user: answer})
            return
        for answer in waiting.values():
            answer.set_exception(error)
