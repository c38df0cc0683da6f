"""Sending clients away without a storm: their reconnects are spread like their disconnects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

# Fewer than 100 reconnects a second are no storm anywhere: a small server drains faster than its window.
_GENTLE = 0.01
# The loop needs no finer steps than this.
_STEP = 0.02


class Drainable(Protocol):
    def shutdown(self) -> None:
        """Begin to end; must not fail when it has ended."""
        ...


async def drain(connections: Sequence[Drainable], window: float, give_up: Callable[[], bool]) -> None:
    """Call ``shutdown`` of each within ``window`` seconds, evenly; stop early when ``give_up()`` turns true."""
    loop = asyncio.get_running_loop()
    begun, done = loop.time(), 0
    window = min(window, len(connections) * _GENTLE)
    while done < len(connections) and not give_up():
        elapsed = loop.time() - begun
        due = len(connections) if elapsed >= window else int(len(connections) * elapsed / window) + 1
        for connection in connections[done:due]:
            connection.shutdown()
        done = due
        if done < len(connections):
            await asyncio.sleep(_STEP)
