"""From bytes to messages: websockets' sans-IO protocol, lent to whoever is in the middle of a message."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Iterator
from typing import NamedTuple

from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import OPEN, Protocol, Side

# A logger of our own for websockets' protocol, never below WARNING: at DEBUG it prints every frame, and so
# every token.
_quiet = logging.getLogger("fanwire.gateway.websocket.frames")
_quiet.setLevel(logging.WARNING)

# RFC 6455 section 5.5: the payload of a close frame is at most 125 bytes, two of them the code.
MAX_REASON = 123
# Parsers that wait to be lent again. One is enough but for connections in the middle of a message.
_SPARE = 16

_utf8_decoder = codecs.getincrementaldecoder("utf-8")


class Message(NamedTuple):
    data: bytes
    binary: bool


class _Violation(Exception):
    """The client broke a rule that the sans-IO protocol leaves to us."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code.value} {reason}")


class Parser:
    """The incoming half of one connection.

    After ``receive`` has been read to its end: when ``ended`` is true, no more data counts and the TCP connection
    should be closed; when ``idle`` is true, the parser remembers nothing and can be lent to another connection.
    """

    __slots__ = (
        "_binary",
        "_decoder",
        "_fragment_limit",
        "_fragments",
        "_protocol",
        "_unparsed",
        "_violation",
        "ended",
    )

    def __init__(self, max_size: int, fragment_limit: int) -> None:
        self._protocol = Protocol(Side.SERVER, state=OPEN, max_size=max_size, logger=_quiet)
        self._fragment_limit = fragment_limit
        self._fragments: list[bytes] = []
        self._binary = False
        self._decoder: codecs.IncrementalDecoder | None = None
        # Bytes fed and not yet seen as a frame.
        self._unparsed = 0
        self._violation: Close | None = None
        self.ended = False

    @property
    def idle(self) -> bool:
        """True between two messages of an open connection."""
        return not self._unparsed and not self._fragments and self._protocol.state is OPEN

    @property
    def ending(self) -> tuple[int, str]:
        """Why the connection ends: the client's close frame, else the one that answers its mistake."""
        close = self._violation or self._protocol.close_rcvd or self._protocol.close_sent
        return (int(close.code), close.reason) if close else (int(CloseCode.ABNORMAL_CLOSURE), "")

    def receive(self, data: bytes) -> Iterator[Message | bytes]:
        """The messages that ``data`` completes, and the frames (bytes) to answer with, in their order."""
        if self.ended:
            return
        self._protocol.receive_data(data)
        self._unparsed += len(data)
        answers = iter(self._protocol.data_to_send())
        try:
            yield from self._in_order(answers)
        except _Violation as violation:
            yield self._fail(violation)
            return
        self.ended = self._protocol.eof_sent
        if self._closed_within_message():
            yield self._echo_of_close()
        else:
            yield from filter(None, answers)

    def close(self, code: int, reason: str) -> bytes:
        """The close frame to send, once; ``reason`` is cut to what a close frame holds."""
        reason = reason.encode()[:MAX_REASON].decode(errors="ignore")
        if self._protocol.state is not OPEN:
            # A close frame of the client came in the data that is being received: ours goes out instead of its echo.
            return _close_frame(Close(code, reason))
        self._protocol.send_close(code, reason)
        return b"".join(self._protocol.data_to_send())

    def _in_order(self, answers: Iterator[bytes]) -> Iterator[Message | bytes]:
        for frame in self._protocol.events_received():
            assert isinstance(frame, Frame)
            self._unparsed -= _wire_size(len(frame.data))
            if frame.opcode is Opcode.PING:
                yield next(answers)
            elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                message = self._complete(frame)
                if message is not None:
                    yield message

    def _complete(self, frame: Frame) -> Message | None:
        data = bytes(frame.data)
        if frame.opcode is Opcode.CONT:
            return self._next_fragment(data, frame.fin)
        if not frame.fin:
            self._first_fragment(data, frame.opcode is Opcode.BINARY)
            return None
        if frame.opcode is Opcode.TEXT and not data.isascii():
            _check_utf8(data)
        return Message(data, frame.opcode is Opcode.BINARY)

    def _first_fragment(self, data: bytes, binary: bool) -> None:
        self._binary = binary
        self._decoder = None if binary else _utf8_decoder()
        self._fragments.append(data)
        self._check_fragment(data, final=False)

    def _next_fragment(self, data: bytes, final: bool) -> Message | None:
        if len(self._fragments) >= self._fragment_limit:
            raise _Violation(CloseCode.MESSAGE_TOO_BIG, f"more than {self._fragment_limit} fragments")
        self._check_fragment(data, final)
        self._fragments.append(data)
        if not final:
            return None
        message = Message(b"".join(self._fragments), self._binary)
        self._fragments.clear()
        self._decoder = None
        return message

    def _check_fragment(self, data: bytes, final: bool) -> None:
        # As the text comes (RFC 6455 section 8.1), so that a long bad message ends early.
        if self._decoder is not None:
            try:
                self._decoder.decode(data, final)
            except UnicodeDecodeError:
                raise _Violation(CloseCode.INVALID_DATA, "text is not UTF-8") from None

    def _fail(self, violation: _Violation) -> bytes:
        # Built here: the protocol may have answered a close frame that came behind the violation.
        self.ended = True
        self._violation = Close(violation.code, violation.reason)
        if self._protocol.state is OPEN:
            self._protocol.fail(violation.code)
        return _close_frame(self._violation)

    def _closed_within_message(self) -> bool:
        # RFC 6455 section 5.4 lets control frames come between fragments, so it is a closing like any other
        # (Autobahn 7.1.5). websockets answers it with 1002.
        return self.ended and self._protocol.close_rcvd is not None and self._protocol.parser_exc is not None

    def _echo_of_close(self) -> bytes:
        close = self._protocol.close_rcvd
        if close is None or close.code == CloseCode.NO_STATUS_RCVD:
            return Frame(Opcode.CLOSE, b"").serialize(mask=False)
        return _close_frame(close)


class Parsers:
    """Lends parsers. An idle connection has none, which saves 1.4 KB for each (measured)."""

    __slots__ = ("_fragment_limit", "_max_size", "_spare")

    def __init__(self, max_size: int, fragment_limit: int) -> None:
        self._max_size = max_size
        self._fragment_limit = fragment_limit
        self._spare: list[Parser] = []

    def lend(self) -> Parser:
        return self._spare.pop() if self._spare else Parser(self._max_size, self._fragment_limit)

    def give_back(self, parser: Parser) -> None:
        """Take back an idle parser."""
        if len(self._spare) < _SPARE:
            self._spare.append(parser)


def _close_frame(close: Close) -> bytes:
    return Frame(Opcode.CLOSE, close.serialize()).serialize(mask=False)


def _check_utf8(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        raise _Violation(CloseCode.INVALID_DATA, "text is not UTF-8") from None


def _wire_size(payload: int) -> int:
    # A client's frame (RFC 6455 section 5.2): 2 bytes, the longer length if any, 4 bytes of mask, the payload. A
    # length that is longer than need be counts as unparsed for ever: that connection keeps its parser.
    return payload + (6 if payload < 126 else 8 if payload < 65_536 else 14)
