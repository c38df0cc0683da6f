"""A wire is a codec and the transport's framing: it turns messages into bytes that need only be written.

The hub encodes a publication once per wire, whatever the number of subscribers (DESIGN.md section 8). The
next transport (Protobuf, SSE, HTTP streaming) is one more ``Wire``.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import parse_qs

from msgspec import Raw
from websockets.frames import Frame, Opcode

from fanwire.errors import BadCommand
from fanwire.realtime.protocol import model
from fanwire.realtime.protocol.json_codec import JsonCodec
from fanwire.realtime.protocol.stream import Publication


class Wire(Protocol):
    """Every method that returns bytes returns finished frames, to be appended to ``Outbound.frames``."""

    @property
    def ping(self) -> bytes:
        """An empty reply."""
        ...

    def commands(self, data: bytes, binary: bool) -> list[model.Command]:
        """Every command of one message; raises ``BadCommand`` (3501)."""
        ...

    def reply(self, reply: model.Reply) -> bytes: ...

    def raw(self, payload: bytes) -> Raw:
        """``payload`` made fit for a reply; raises ``InappropriateProtocol`` (3506)."""
        ...

    def visible(self, publication: Publication, epoch: str) -> model.Publication:
        """``publication`` as part of a reply; raises ``InappropriateProtocol`` (3506)."""
        ...

    def publication(self, channel: str, publication: Publication, epoch: str) -> bytes:
        """A push of ``publication``; raises ``InappropriateProtocol`` (3506)."""
        ...

    def carries(self, frame: bytes, channel: str) -> bool:
        """Whether ``frame`` is a whole push of a publication of ``channel``."""
        ...

    def quotes(self, frame: bytes) -> bool:
        """Whether ``frame`` is a reply that has publications in it."""
        ...

    def opening(self, channel: str) -> bytes:
        """The first piece of a push whose second piece is ``shared(...)``. Append both, one after the other."""
        ...

    def shared(self, publication: Publication, epoch: str) -> bytes:
        """The second piece of a push: one object for subscribers on different channels."""
        ...


# FIN and the opcode of text.
_WHOLE_TEXT = 0x81


class WebSocketJson:
    """JSON in text frames (RFC 6455), unmasked as a server sends them.

    A push in two pieces is one fragmented message (section 5.4): the opening frame is the subscriber's own
    and can be kept, the continuation frame is shared by all, and nobody computes a length per subscriber.
    """

    __slots__ = ("_codec", "ping")

    def __init__(self) -> None:
        self._codec = JsonCodec()
        self.ping = _frame(b"{}")

    def commands(self, data: bytes, binary: bool) -> list[model.Command]:
        if binary:
            raise BadCommand("a binary message on a JSON connection")
        return self._codec.decode(data)

    def reply(self, reply: model.Reply) -> bytes:
        return _frame(self._codec.encode(reply))

    def raw(self, payload: bytes) -> Raw:
        return self._codec.raw(payload)

    def visible(self, publication: Publication, epoch: str) -> model.Publication:
        return self._codec.publication(publication, epoch)

    def publication(self, channel: str, publication: Publication, epoch: str) -> bytes:
        return _frame(self._codec.push_head(channel) + self._codec.push_tail(publication, epoch))

    def carries(self, frame: bytes, channel: str) -> bool:
        return frame[0] == _WHOLE_TEXT and frame.startswith(self._codec.push_head(channel), _payload_at(frame))

    def quotes(self, frame: bytes) -> bool:
        return frame.startswith(b'{"id":', _payload_at(frame)) and b'"publications":[{' in frame

    def opening(self, channel: str) -> bytes:
        return Frame(Opcode.TEXT, self._codec.push_head(channel), fin=False).serialize(mask=False)

    def shared(self, publication: Publication, epoch: str) -> bytes:
        return Frame(Opcode.CONT, self._codec.push_tail(publication, epoch)).serialize(mask=False)


def _payload_at(frame: bytes) -> int:
    """RFC 6455 section 5.2: the length has 7, 16 or 64 bits."""
    return {126: 4, 127: 10}.get(frame[1], 2)


def _frame(payload: bytes) -> bytes:
    return Frame(Opcode.TEXT, payload).serialize(mask=False)


WEBSOCKET_JSON = WebSocketJson()


def choose(query: str, subprotocol: str) -> Wire | None:
    """The wire that a WebSocket handshake asks for; None when it is one that is not spoken here."""
    asked = parse_qs(query)
    formats = [subprotocol.removeprefix("centrifuge-"), *asked.get("format", ()), *asked.get("cf_protocol", ())]
    return None if "protobuf" in formats else WEBSOCKET_JSON
