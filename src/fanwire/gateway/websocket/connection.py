"""One open WebSocket: the transport's side of ``fanwire.realtime.link``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from fanwire.errors import Disconnect, ServerError, SlowConsumer
from fanwire.gateway.websocket.backlog import Backlog
from fanwire.gateway.websocket.parser import Message, Parser
from fanwire.realtime.link import Frames, Handler, Handshake, Outbound

if TYPE_CHECKING:
    from collections.abc import MutableSet

    from fanwire.gateway.websocket.endpoint import WebSocketEndpoint

# No close frame came: the connection was lost (RFC 6455 section 7.1.5).
ABNORMAL = (1006, "")

logger = structlog.get_logger(__name__)


class Connection(Outbound, asyncio.BufferedProtocol):
    """Reads into the endpoint's one buffer, writes once per tick, and tells its handler of the end exactly once.

    It is open until one of: the session closes it, the client does, the client breaks the protocol, too much
    waits to be read, the TCP connection is lost. From then on nothing is delivered in either direction; the
    client has ``websocket.close_timeout`` to read what was written before.

    No reference to it may stay behind the end: ``connection_lost`` takes the cycles apart, so that a connection
    is freed at once and not by the garbage collector.
    """

    __slots__ = ("_backlog", "_ending", "_endpoint", "_handler", "_open", "_parser", "_paused", "_peers", "_transport")

    def __init__(self, endpoint: WebSocketEndpoint, transport: asyncio.Transport, peers: MutableSet[object]) -> None:
        super().__init__(endpoint.flusher)
        self._endpoint = endpoint
        self._transport = transport
        # uvicorn waits at shutdown until this set is empty.
        self._peers = peers
        self._handler: Handler | None = None
        self._parser: Parser | None = None
        self._open = True
        # What waits until the client has read what the transport has; None while it keeps up.
        self._backlog: Backlog | None = None
        self._paused = False
        # How it ended, when nobody else says so first.
        self._ending = ABNORMAL

    @property
    def outbound(self) -> Outbound:
        return self

    def open(self, response: bytes, handshake: Handshake) -> None:
        """Answer the handshake and begin the session."""
        self._peers.add(self)
        self._endpoint.stats.opened += 1
        self._endpoint.stats.open += 1
        # The transport says so when it cannot get rid of everything at once, and when it has.
        self._transport.set_write_buffer_limits(high=0)
        self._transport.write(response)
        try:
            self._handler = self._endpoint.session_factory(self, handshake)
        except Disconnect as disconnect:
            self.close(disconnect.code, disconnect.reason)
        except Exception:
            logger.exception("session_not_made")
            self.close(ServerError.code, ServerError.reason)

    def flush(self) -> None:
        """Write the frames of this tick as one; a client for which too much would wait then is closed with 3008."""
        frames = self.frames
        if not frames:
            return
        if self._backlog is not None and self._open:
            self._backlog.add(frames)
            frames.clear()
            self._close_if_slow(self._backlog.size)
            return
        data = frames[0] if len(frames) == 1 else b"".join(frames)
        frames.clear()
        if self._open and not self._close_if_slow(len(data)):
            self._transport.write(data)

    def purge(self, unwanted: Frames, quoting: Frames) -> None:
        """What the transport has is beyond reach, and a reply must not be lost: then the client is cut off."""
        super().purge(unwanted, quoting)
        backlog = self._backlog
        if backlog is None or not self._open:
            return
        backlog.drop(unwanted)
        if self._transport.get_write_buffer_size() or backlog.holds(quoting):
            self.cut_off()

    def close(self, code: int, reason: str) -> None:
        """Write what is queued and a close frame; the handler hears of the end in the next tick."""
        if self._open:
            self.flush()
        if self._open:
            self._send_close(code, reason)
            # Later: the session is in the middle of something, perhaps of being made.
            self._endpoint.call_soon(self._report)

    def shutdown(self) -> None:
        """uvicorn is going away."""
        if self._open and self._handler is not None:
            self._handler.drain()
        elif not self._open:
            self._transport.close()

    def cut_off(self) -> None:
        """The time to end in good order is over."""
        self._endpoint.stats.cut_off += 1
        self._transport.abort()

    # --- asyncio.BufferedProtocol

    def pause_writing(self) -> None:
        self._paused = True
        if self._backlog is None:
            self._backlog = Backlog()

    def resume_writing(self) -> None:
        self._paused = False
        backlog = self._backlog
        while backlog is not None and backlog.size and self._open and not self._paused:
            self._transport.write(backlog.take())
        if not self._paused:
            self._backlog = None

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._endpoint.buffer

    def buffer_updated(self, nbytes: int) -> None:
        parser = self._parser
        if parser is None:
            parser = self._parser = self._endpoint.parsers.lend()
        for item in parser.receive(bytes(self._endpoint.buffer[:nbytes])):
            if type(item) is bytes:
                self.send(item)
            elif self._open:
                self._deliver(item)  # type: ignore[arg-type]
        if parser.ended:
            self._client_ended(parser)
        elif parser.idle:
            self._parser = None
            self._endpoint.parsers.give_back(parser)

    def eof_received(self) -> None:
        """The client closed its half without a close frame, or after the closing handshake: the rest follows."""
        self._linger()
        self._open = False
        self._report()

    def connection_lost(self, exc: Exception | None) -> None:
        self._open = False
        self._endpoint.lingering.discard(self)
        self._endpoint.stats.open -= 1
        self._peers.discard(self)
        self._parser = None
        self._backlog = None
        self.frames.clear()
        self._report()

    # --- the end

    def _deliver(self, message: Message) -> None:
        handler = self._handler
        if handler is None:
            return
        self._endpoint.stats.messages += 1
        try:
            handler.message(message.data, message.binary)
        except Disconnect as disconnect:
            self.close(disconnect.code, disconnect.reason)
        except Exception:
            logger.exception("session_failed")
            self.close(ServerError.code, ServerError.reason)

    def _client_ended(self, parser: Parser) -> None:
        """The parser is through: after its last answer our half closes, and the client's is awaited."""
        if self._open:
            self.flush()
        was_open, self._open = self._open, False
        self._close_our_half()
        if was_open:
            self._ending = parser.ending
            self._report()

    def _close_if_slow(self, size: int) -> bool:
        """Whether too much would wait with ``size`` bytes more than the transport has."""
        if self._transport.get_write_buffer_size() + size <= self._endpoint.queue_max_size:
            return False
        self._backlog = None
        self._send_close(SlowConsumer.code, SlowConsumer.reason)
        self._report()
        return True

    def _send_close(self, code: int, reason: str) -> None:
        self._open = False
        if self._backlog is not None and self._backlog.size:
            self._transport.write(self._backlog.take(self._backlog.size))
        self._ending = (code, reason)
        if self._parser is None:
            self._parser = self._endpoint.parsers.lend()
        self._transport.write(self._parser.close(code, reason))
        self._linger()

    def _close_our_half(self) -> None:
        # Half, not whole: closing with bytes unread sends a reset, which may overtake our close frame.
        self._linger()
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    def _linger(self) -> None:
        self._endpoint.lingering.add(self)

    def _report(self) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            code, reason = self._ending
            self._endpoint.stats.closed[code] += 1
            try:
                handler.closed(code, reason)
            except Exception:
                # One session's mistake must not stop the flush of the others.
                logger.exception("session_failed_to_close")
