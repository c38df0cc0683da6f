"""A session that sends back what it gets: puts the real transport under test without a protocol above it."""

from __future__ import annotations

from websockets.frames import Frame, Opcode

from fanwire.errors import Shutdown
from fanwire.realtime.link import Handshake, Link


class EchoSession:
    """``fanwire.realtime.link.SessionFactory`` and ``Handler`` in one; remembers how it ended."""

    __slots__ = ("ended", "handshake", "link")

    def __init__(self, link: Link, handshake: Handshake) -> None:
        self.link = link
        self.handshake = handshake
        self.ended: list[tuple[int, str]] = []

    def message(self, data: bytes, binary: bool) -> None:
        opcode = Opcode.BINARY if binary else Opcode.TEXT
        self.link.outbound.send(Frame(opcode, data).serialize(mask=False))

    def closed(self, code: int, reason: str) -> None:
        self.ended.append((code, reason))

    def drain(self) -> None:
        self.link.close(Shutdown.code, Shutdown.reason)
