"""A browser's place: the creator's WebSocket, which looks at all the posts and notes when each like arrives.

A like counts as seen when the creator is told of it: of a hot post's counter only the newest values arrive.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.tokens import token

Pair = tuple[str, str]


class Listener:
    """``seen`` maps (post, user) to the wall-clock second at which the frame was read."""

    def __init__(self, connection: ClientConnection) -> None:
        self.seen: dict[Pair, float] = {}
        self.repeated = 0
        self._connection = connection
        self._changed = asyncio.Event()

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Raises RuntimeError with the server's words when a channel is refused."""
        names = list(channels)
        commands: list[dict[str, Any]] = [{"id": 1, "connect": {"token": token("creator")}}]
        commands += [{"id": 2 + index, "subscribe": {"channel": name}} for index, name in enumerate(names)]
        await self._connection.send("\n".join(json.dumps(command) for command in commands))
        missing = set(range(1, len(commands) + 1))
        while missing:
            for reply in _lines(await self._connection.recv()):
                if "error" in reply:
                    raise RuntimeError(f"the gateway refuses to let the listener in: {reply}")
                missing.discard(reply.get("id", 0))

    async def run(self) -> None:
        """Read until cancelled."""
        async for message in self._connection:
            now = time.time()
            for line in _lines(message):
                await self._take(line, now)

    async def _take(self, line: dict[str, Any], now: float) -> None:
        if not line:
            await self._connection.send("{}")
            return
        data = line.get("push", {}).get("pub", {}).get("data", {})
        notification = data.get("notification", {})
        if notification.get("type") == "LIKE_POST":
            pair = (notification["metadata"]["postId"], notification["metadata"]["userId"])
            self.repeated += pair in self.seen
            self.seen.setdefault(pair, now)
            self._changed.set()

    async def wait_for(self, pairs: Iterable[Pair], seconds: float) -> None:
        """Until all of these were seen, or the time is over."""
        missing = set(pairs)
        try:
            async with asyncio.timeout(seconds):
                while missing := missing - self.seen.keys():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return


def _lines(message: str | bytes) -> list[dict[str, Any]]:
    text = message.encode() if isinstance(message, str) else message
    return [msgspec.json.decode(line) for line in text.split(b"\n") if line]


@asynccontextmanager
async def listening(port: int, channels: Iterable[str]) -> AsyncIterator[Listener]:
    """A listener that is subscribed to ``channels`` inside the block."""
    async with connect(f"ws://127.0.0.1:{port}/connection/websocket", compression=None, max_size=None) as connection:
        listener = Listener(connection)
        await listener.subscribe(channels)
        reading = asyncio.create_task(listener.run())
        try:
            yield listener
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
