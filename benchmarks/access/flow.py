"""Frames that a backend publishes to one channel at a steady rate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

from benchmarks.http import HttpConnection

_CONNECTIONS = 8


class Flow:
    """``published`` are the frames that the server took."""

    def __init__(self) -> None:
        self.published = 0
        self._began = time.monotonic()

    @property
    def rate(self) -> float:
        return self.published / (time.monotonic() - self._began)


@asynccontextmanager
async def flowing(port: int, channel: str, rate: float) -> AsyncIterator[Flow]:
    """``rate`` frames a second inside the block, or as many as the server takes.

    Raises:
        RuntimeError: at the end of the block, when the server refused one.
    """
    flow, numbers, start = Flow(), count(), time.monotonic()

    async def publish(connection: HttpConnection) -> None:
        for number in numbers:
            await asyncio.sleep(start + number / rate - time.monotonic())
            answer = await connection.call(
                "/api/publish", f'{{"channel":"{channel}","data":{{"n":{number}}}}}'.encode()
            )
            if answer.status != 200 or b'"error"' in answer.body:
                raise RuntimeError(f"the server API takes no frame: {answer.status} {answer.body[:300]!r}")
            flow.published += 1

    async with AsyncExitStack() as stack:
        open_ones = [await stack.enter_async_context(HttpConnection(port)) for _ in range(_CONNECTIONS)]
        tasks = [asyncio.create_task(publish(connection)) for connection in open_ones]
        try:
            yield flow
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end
