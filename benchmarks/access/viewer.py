"""One who looks at a channel, and notes when the last frame came and why it was the last."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.targets import connect as hello


class Viewer:
    """``last`` is the wall-clock second of the newest of ``frames``; ``reason`` is empty before the end."""

    def __init__(self, connection: ClientConnection, channel: str) -> None:
        self.frames = 0
        self.last = 0.0
        self.reason = ""
        self._connection = connection
        # Frames come by the thousand a second: none is decoded.
        self._frame = f'"channel":"{channel}","pub":'
        self._end = f'"channel":"{channel}","unsubscribe":'
        self._changed = asyncio.Event()

    async def enter(self, first: str) -> None:
        """Connect and subscribe. Raises RuntimeError with the server's words when that is refused."""
        await self._connection.send(first)
        async with asyncio.timeout(10):
            while '"subscribe":' not in (text := str(await self._connection.recv())):
                if '"error"' in text:
                    raise RuntimeError(f"the gateway lets nobody look: {text}")

    async def run(self) -> None:
        """Read until cancelled."""
        async for message in self._connection:
            for line in str(message).split("\n"):
                self._take(line)
                if line == "{}":
                    await self._connection.send(line)

    def _take(self, line: str) -> None:
        if self._frame in line:
            self.frames += 1
            self.last = time.time()
        elif self._end in line:
            self.reason = line.partition('"reason":"')[2].partition('"')[0]
        self._changed.set()

    async def wait_for(self, frames: int) -> None:
        """Until that many frames came."""
        while self.frames < frames:
            self._changed.clear()
            await self._changed.wait()

    async def wait_for_end(self) -> None:
        while not self.reason:
            self._changed.clear()
            await self._changed.wait()


@asynccontextmanager
async def viewing(port: int, user: str, channel: str) -> AsyncIterator[Viewer]:
    """A viewer that is subscribed to ``channel`` inside the block."""
    async with connect(f"ws://127.0.0.1:{port}/connection/websocket", compression=None) as connection:
        viewer = Viewer(connection, channel)
        await viewer.enter(hello(user, channel))
        reading = asyncio.create_task(viewer.run())
        try:
            yield viewer
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
