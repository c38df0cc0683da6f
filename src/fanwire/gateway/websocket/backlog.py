"""Frames of a client that does not keep up, kept apart from each other: what has not left can be taken back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

# Bytes given to the transport at once: what it has is beyond reach.
CHUNK = 65_536


class Backlog:
    """First in, first out. ``size`` is in bytes."""

    __slots__ = ("_frames", "size")

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self.size = 0

    def add(self, frames: Iterable[bytes]) -> None:
        for frame in frames:
            self._frames.append(frame)
            self.size += len(frame)

    def take(self, most: int = CHUNK) -> bytes:
        """The next frames, joined: at least one, and no more than ``most`` bytes if there are several."""
        taken = [self._frames.popleft()]
        size = len(taken[0])
        while self._frames and size + len(self._frames[0]) <= most:
            taken.append(self._frames.popleft())
            size += len(taken[-1])
        self.size -= size
        return b"".join(taken)

    def drop(self, unwanted: Callable[[bytes], bool]) -> None:
        kept = [frame for frame in self._frames if not unwanted(frame)]
        self._frames = deque(kept)
        self.size = sum(map(len, kept))

    def holds(self, kind: Callable[[bytes], bool]) -> bool:
        return any(map(kind, self._frames))
