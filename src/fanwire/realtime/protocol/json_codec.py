"""The protocol's JSON form: one object per line, raw payloads embedded as they are."""

from __future__ import annotations

import msgspec
from msgspec import Raw

from fanwire.errors import BadCommand, InappropriateProtocol
from fanwire.realtime.protocol import model
from fanwire.realtime.protocol.stream import Publication

_PUSH = b'{"push":{"channel":'


class JsonCodec:
    """Bytes to commands, and replies to bytes. It keeps no state between messages."""

    __slots__ = ("_any", "_decoder", "_encoder")

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(model.Command)
        self._encoder = msgspec.json.Encoder()
        self._any = msgspec.json.Decoder(Raw)

    def decode(self, data: bytes) -> list[model.Command]:
        """Every command of one message, in order.

        Raises:
            BadCommand: the message is empty, or one of its lines is no command.
        """
        try:
            if b"\n" not in data:
                return [self._decoder.decode(data)]
            return [self._decoder.decode(line) for line in data.removesuffix(b"\n").split(b"\n")]
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadCommand(f"undecodable command: {error}") from None

    def encode(self, reply: model.Reply) -> bytes:
        return self._encoder.encode(reply)

    def raw(self, payload: bytes) -> Raw:
        """``payload`` made fit to be embedded: one line of JSON.

        Raises:
            InappropriateProtocol: it is no JSON, so it cannot be sent to a client that speaks JSON (3506).
        """
        try:
            self._any.decode(payload)
            # The decoder skips what it does not read: invalid text would end every client it is sent to.
            payload.decode()
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise InappropriateProtocol(f"the payload is no JSON: {error}") from None
        # In JSON a bare line end can only stand between tokens; on the wire it would end the message.
        return Raw(payload.replace(b"\n", b"") if b"\n" in payload else payload)

    def publication(self, publication: Publication, epoch: str) -> model.Publication:
        """``publication`` as clients see it. Only the first of a stream says its epoch."""
        return model.Publication(
            data=self.raw(publication.data),
            info=publication.info,
            offset=publication.offset,
            tags=publication.tags or None,
            epoch=epoch if publication.offset == 1 else "",
        )

    def push_head(self, channel: str) -> bytes:
        """The beginning of a publication push, up to what all subscribers of all channels may share."""
        return _PUSH + self._encoder.encode(channel)

    def push_tail(self, publication: Publication, epoch: str) -> bytes:
        """The rest of a publication push: the same bytes for whatever channel it is sent on."""
        return b',"pub":' + self._encoder.encode(self.publication(publication, epoch)) + b"}}"
