"""Sessions over an ASGI server's own WebSockets: for composition into somebody else's app, under any server.

About ten times slower than ``fanwire.gateway.websocket`` for each delivery (DESIGN.md section 8), because each
message is a call into the server. ``fanwire serve`` and ``fanwire dev`` never come here.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import NamedTuple

import structlog

from fanwire.auth.origins import AllowedOrigins
from fanwire.errors import Disconnect, ServerError, SlowConsumer
from fanwire.gateway.asgi import Message, Receive, Scope, Send, header, respond, route_path
from fanwire.realtime.link import Flusher, Frames, Handler, Handshake, Outbound, SessionFactory
from fanwire.settings import Settings

SUBPROTOCOL = "centrifuge-json"
TOO_BIG = (1009, "message too big")
_TEXT = 1
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_PORT = re.compile(r":\d+\Z")

log = structlog.get_logger()


class Limits(NamedTuple):
    """Bytes that may wait for a client, bytes of one of its messages, seconds for reading the end."""

    waiting: int
    message: int
    close_timeout: float


class AsgiSocketEndpoint:
    """The WebSocket route of an embedded gateway. Make it on the running loop."""

    def __init__(self, session_factory: SessionFactory, settings: Settings) -> None:
        self._session_factory = session_factory
        self._origins = AllowedOrigins(settings.client.allowed_origins)
        self._development = settings.environment == "development"
        self._limits = Limits(
            settings.client.queue_max_size, settings.websocket.message_size_limit, settings.websocket.close_timeout
        )
        self._flusher = Flusher(asyncio.get_running_loop().call_soon)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from its upgrade to its end."""
        origin = header(scope, b"origin")
        rule = "" if self._is_own_page(origin, header(scope, b"host")) else self._origins.why_not(origin)
        await receive()  # websocket.connect, which is always the first
        if rule:
            log.warning("websocket_refused", rule=rule, setting="client.allowed_origins", origin=origin[:200])
            await _refuse(scope, send)
            return
        chosen = SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None
        await send({"type": "websocket.accept", "subprotocol": chosen})
        client = scope.get("client")
        handshake = Handshake(
            path=route_path(scope),
            query=scope.get("query_string", b"").decode("latin-1"),
            origin=origin,
            subprotocol=chosen or "",
            client_ip=client[0] if client else "",
        )
        socket = AsgiSocket(self._flusher, receive, send, self._limits)
        await socket.run(self._session_factory, handshake)

    def _is_own_page(self, origin: str, host: str) -> bool:
        """In development, a page that this machine serves itself: the port is the server's, which nobody told us.

        Only by a name of this machine: any other could be made to point here (DNS rebinding).
        """
        served_here = origin in {f"http://{host}", f"https://{host}"}
        return self._development and served_here and _PORT.sub("", host) in LOOPBACK


class AsgiSocket(Outbound):
    """One connection. What the hub queues is finished WebSocket frames; the server wants their payloads."""

    __slots__ = ("_end", "_ended", "_limits", "_receive", "_send", "_size", "_waiting", "_wake")

    def __init__(self, flusher: Flusher, receive: Receive, send: Send, limits: Limits) -> None:
        super().__init__(flusher)
        self._receive = receive
        self._send = send
        self._limits = limits
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self._end: tuple[int, str] | None = None
        self._ended = asyncio.Event()

    @property
    def outbound(self) -> Outbound:
        return self

    def flush(self) -> None:
        """Hand the frames of this tick to the writer."""
        if self._end is None:
            self._waiting += self.frames
            self._size += sum(map(len, self.frames))
            if self._size > self._limits.waiting:
                self._waiting.clear()
                self._finish(SlowConsumer.code, SlowConsumer.reason)
        self.frames.clear()
        self._wake.set()

    def purge(self, unwanted: Frames, quoting: Frames) -> None:
        """Only what the server has taken already is beyond reach: one message."""
        super().purge(unwanted, quoting)
        if any(map(quoting, self._waiting)):
            self._waiting.clear()
            self._finish(SlowConsumer.code, SlowConsumer.reason)
        self._waiting = deque(frame for frame in self._waiting if not unwanted(frame))
        self._size = sum(map(len, self._waiting))

    def close(self, code: int, reason: str) -> None:
        """End with this code after what is queued."""
        if self._end is None:
            self.flush()
            self._finish(code, reason)
            self._wake.set()

    async def run(self, session_factory: SessionFactory, handshake: Handshake) -> None:
        """Be the connection until it ends; the handler hears of the end exactly once."""
        handler = self._session(session_factory, handshake)
        tasks = [asyncio.ensure_future(half) for half in (self._read(handler), self._write(), self._time_out())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            try:
                await _end(tasks)
            finally:
                if handler is not None:
                    handler.closed(*(self._end or (1006, "")))

    def _session(self, session_factory: SessionFactory, handshake: Handshake) -> Handler | None:
        try:
            return session_factory(self, handshake)
        except Disconnect as disconnect:
            self.close(disconnect.code, disconnect.reason)
            return None

    async def _read(self, handler: Handler | None) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._finish(message.get("code") or 1005, message.get("reason") or "")
                return
            if handler is not None and self._end is None:
                self._deliver(handler, message)

    def _deliver(self, handler: Handler, message: Message) -> None:
        text = message.get("text")
        data = message["bytes"] if text is None else text.encode()
        if len(data) > self._limits.message:
            self.close(*TOO_BIG)
            return
        try:
            handler.message(data, text is None)
        except Disconnect as disconnect:
            self.close(disconnect.code, disconnect.reason)
        except Exception:
            log.exception("session_failed")
            self.close(ServerError.code, ServerError.reason)

    def _finish(self, code: int, reason: str) -> None:
        self._end = self._end or (code, reason)
        self._ended.set()

    async def _time_out(self) -> None:
        """A client that does not read would hold the writer for ever."""
        await self._ended.wait()
        await asyncio.sleep(self._limits.close_timeout)

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                frame = self._waiting.popleft()
                self._size -= len(frame)
                for message in unframed(frame):
                    await self._send(message)
            if self._end is not None:
                code, reason = self._end
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
                return


async def _end(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    # Not gather: it would hide from an anyio server that the cancellation which meets us here was its own.
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.debug("websocket_half_failed", error=repr(error))


def unframed(frames: bytes) -> Iterator[Message]:
    """The messages in finished server frames (RFC 6455 section 5.2: unmasked, one frame each)."""
    at = 0
    while at < len(frames):
        size, start = frames[at + 1], at + 2
        if size == 126:
            size, start = int.from_bytes(frames[at + 2 : at + 4]), at + 4
        elif size == 127:
            size, start = int.from_bytes(frames[at + 2 : at + 10]), at + 10
        payload = frames[start : start + size]
        if frames[at] & 0x0F == _TEXT:
            yield {"type": "websocket.send", "text": payload.decode()}
        else:
            yield {"type": "websocket.send", "bytes": payload}
        at = start + size


async def _refuse(scope: Scope, send: Send) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": "this page may not connect"})
        return

    async def as_response(message: Message) -> None:
        await send({**message, "type": "websocket." + message["type"]})

    await respond(as_response, HTTPStatus.FORBIDDEN, b"this page may not connect", b"text/plain")
