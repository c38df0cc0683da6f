"""Where sessions meet sockets: what a transport gives to a session, and what it expects of it.

One write per connection per loop tick (DESIGN.md section 8): senders append finished frames to
``Outbound.frames``; the first append of a tick marks the connection at its ``Flusher``, which asks each
marked connection to write once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

# Says of a finished frame whether it is of some kind.
Frames = Callable[[bytes], bool]


class Flusher:
    """All connections of one loop that have something to write in this tick."""

    __slots__ = ("_call_soon", "dirty")

    def __init__(self, call_soon: Callable[[Callable[[], None]], object]) -> None:
        self._call_soon = call_soon
        self.dirty: list[Outbound] = []

    def mark(self, outbound: Outbound) -> None:
        """Have ``outbound`` flushed at the end of this tick; call it on the first frame only."""
        if not self.dirty:
            self._call_soon(self.flush)
        self.dirty.append(outbound)

    def flush(self) -> None:
        dirty, self.dirty = self.dirty, []
        for outbound in dirty:
            outbound.flush()


class Outbound:
    """Frames waiting for one connection. Transports subclass it and implement ``flush``.

    ``flush`` must empty ``frames``, write them as one, and close with 3008 when more than
    ``client.queue_max_size`` bytes would then wait in the transport.
    """

    __slots__ = ("flusher", "frames")

    def __init__(self, flusher: Flusher) -> None:
        self.flusher = flusher
        self.frames: list[bytes] = []

    def send(self, frame: bytes) -> None:
        """Queue one finished frame. The hub inlines this in its fan-out loop: keep both the same."""
        if not self.frames:
            self.flusher.mark(self)
        self.frames.append(frame)

    def purge(self, unwanted: Frames, quoting: Frames) -> None:
        """Take back the ``unwanted`` frames that have not left. Transports extend it to what they keep elsewhere.

        A transport that cannot take something back, or that keeps frames of the ``quoting`` kind (replies, which
        must not be lost, with publications in them) for a client that does not keep up, breaks the connection off.
        """
        self.frames[:] = [frame for frame in self.frames if not unwanted(frame)]

    def flush(self) -> None:
        raise AssertionError("a transport implements flush")


class Handshake(msgspec.Struct, frozen=True):
    """What is worth knowing of the HTTP request that opened the connection."""

    path: str
    query: str = ""
    origin: str = ""
    subprotocol: str = ""
    client_ip: str = ""


class Link(Protocol):
    """The transport as its session sees it."""

    @property
    def outbound(self) -> Outbound: ...

    def close(self, code: int, reason: str) -> None:
        """Write what is queued, then close with this code; nothing is delivered afterwards."""
        ...


class Handler(Protocol):
    """The session as its transport sees it. Called on the loop's thread, in order of arrival."""

    def message(self, data: bytes, binary: bool) -> None:
        """One complete message of the client."""
        ...

    def closed(self, code: int, reason: str) -> None:
        """The connection is gone, whoever ended it. Called exactly once, and last."""
        ...

    def drain(self) -> None:
        """The server is going away: end this connection with 3001 now."""
        ...


SessionFactory = Callable[[Link, Handshake], Handler]
