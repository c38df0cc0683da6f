"""Calls that come while a transaction is being written share the next one.

The guide's habit of gathering ten thousand calls costs a handful of commits that way, and a lone call waits for
nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from fanwire.outbox.failures import is_outage
from fanwire.outbox.writer import Entry

# Rows in one transaction: enough to make commits cheap, few enough to keep the relay's batches flowing.
MAX_ROWS = 1_000

Write = Callable[[Sequence[Entry]], Awaitable[None]]


class _Call(NamedTuple):
    entries: Sequence[Entry]
    done: asyncio.Future[None]


class Grouping:
    """Writes the calls of one event loop; ``write`` stores entries in one transaction, or raises."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._calls: deque[_Call] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def store(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are committed. Raises what ``write`` raised for them."""
        call = _Call(entries, asyncio.get_running_loop().create_future())
        self._calls.append(call)
        if self._writer is None:
            self._writer = asyncio.create_task(self._drain())
        await call.done

    async def _drain(self) -> None:
        try:
            while self._calls:
                await self._transaction(self._next())
        finally:
            self._writer = None

    def _next(self) -> list[_Call]:
        taken = [self._calls.popleft()]
        rows = len(taken[0].entries)
        while self._calls and rows + len(self._calls[0].entries) <= MAX_ROWS:
            taken.append(self._calls.popleft())
            rows += len(taken[-1].entries)
        return taken

    async def _transaction(self, calls: Sequence[_Call]) -> None:
        try:
            await self._write([entry for call in calls for entry in call.entries])
        except Exception as error:  # noqa: BLE001 - it belongs to the callers
            await self._failed(calls, error)
        else:
            for call in calls:
                _settle(call, None)

    async def _failed(self, calls: Sequence[_Call], error: Exception) -> None:
        """One bad row must not take the others with it; a database that is down fails them all at once."""
        if len(calls) > 1 and not is_outage(error):
            for call in calls:
                await self._transaction([call])
            return
        for call in calls:
            _settle(call, error)


def _settle(call: _Call, error: Exception | None) -> None:
    if call.done.done():  # the caller was cancelled and waits no more
        return
    if error is None:
        call.done.set_result(None)
    else:
        call.done.set_exception(error)
