"""The peer: PyPI ``websockets`` with its own ``broadcast()``, in its fastest dress (uvloop, no compression).

A client that says ``publisher`` has each of its messages broadcast to all that said anything else.
"""

from __future__ import annotations

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

PUBLISHER = "publisher"
READY = "ready"


class Room:
    """Everybody who listens."""

    def __init__(self) -> None:
        self._listeners: set[ServerConnection] = set()

    async def enter(self, connection: ServerConnection) -> None:
        try:
            if await connection.recv() == PUBLISHER:
                await self._publish(connection)
            else:
                await self._listen(connection)
        except ConnectionClosed:
            return

    async def _publish(self, connection: ServerConnection) -> None:
        await connection.send(READY)
        async for message in connection:
            broadcast(self._listeners, message)

    async def _listen(self, connection: ServerConnection) -> None:
        self._listeners.add(connection)
        try:
            await connection.send(READY)
            await connection.wait_closed()
        finally:
            self._listeners.discard(connection)


async def main(port: int) -> None:
    async with serve(Room().enter, "127.0.0.1", port, compression=None, backlog=4096):
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
