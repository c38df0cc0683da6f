"""A client without a socket: it speaks to a node's handler and reads the frames that the node appends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from fanwire.brokers.base import Broker
from fanwire.brokers.memory import MemoryBroker
from fanwire.errors import InvalidToken, PermissionDenied
from fanwire.realtime.link import Flusher, Handler, Handshake, Outbound
from fanwire.realtime.node import Node
from fanwire.realtime.ports import Allowed, Identity, Snapshot, SubscriptionGrant
from fanwire.settings import Settings
from fanwire.testing import FakeClock

Json = dict[str, Any]


class Buffer(Outbound):
    """Takes its frames at the end of a tick, like a transport, and keeps them."""

    __slots__ = ("written",)

    def __init__(self, flusher: Flusher) -> None:
        super().__init__(flusher)
        self.written = bytearray()

    def flush(self) -> None:
        self.written += b"".join(self.frames)
        self.frames.clear()


class FakeLink:
    """``realtime.link.Link``: remembers how it was closed."""

    def __init__(self, outbound: Buffer) -> None:
        self._outbound = outbound
        self.code: int | None = None
        self.reason = ""

    @property
    def outbound(self) -> Outbound:
        return self._outbound

    def close(self, code: int, reason: str) -> None:
        assert self.code is None, "closed twice"
        self._outbound.flush()
        self.code, self.reason = code, reason


class Peer:
    """Drive it with commands; ``replies`` are answers by id, ``pushes`` everything else, in order."""

    def __init__(self, node: Node, flusher: Flusher) -> None:
        self.node = node
        self.buffer = Buffer(flusher)
        self.link = FakeLink(self.buffer)
        self.handler: Handler = node.session_factory(self.link, Handshake("/connection/websocket"))
        self.messages: list[Json] = []
        self._ids = 0

    @property
    def code(self) -> int | None:
        return self.link.code

    def write(self, data: bytes, binary: bool = False) -> None:
        self.handler.message(data, binary)

    def command(self, **request: Any) -> int:
        """Send one command without waiting; returns its id."""
        self._ids += 1
        self.write(json.dumps({"id": self._ids, **request}).encode())
        return self._ids

    async def ask(self, **request: Any) -> Json:
        """Send one command and return its reply."""
        return await self.reply(self.command(**request))

    async def reply(self, id: int) -> Json:
        await self.idle()
        [found] = [message for message in self.read() if message.get("id") == id]
        return found

    async def connect(self, token: str = "anna", **request: Any) -> Json:
        reply = await self.ask(connect={"token": token, **request})
        result: Json = reply["connect"]
        return result

    async def subscribe(self, channel: str, **request: Any) -> Json:
        reply = await self.ask(subscribe={"channel": channel, **request})
        result: Json = reply["subscribe"]
        return result

    async def refused(self, **request: Any) -> int:
        """Send one command and return the code of its error reply."""
        reply = await self.ask(**request)
        code: int = reply["error"]["code"]
        return code

    async def idle(self) -> None:
        await self.node._core.finish(5)
        await asyncio.sleep(0)

    def read(self) -> list[Json]:
        """Every message so far."""
        if self.buffer.frames:
            self.buffer.flush()
        data = bytes(self.buffer.written)
        self.buffer.written.clear()
        self.messages += [json.loads(text) for text in messages_of(data)]
        return self.messages

    def pushes(self, channel: str = "") -> list[Json]:
        return [
            message["push"]
            for message in self.read()
            if "push" in message and channel in ("", message["push"]["channel"])
        ]

    def publications(self, channel: str) -> list[Json]:
        return [push["pub"] for push in self.pushes(channel) if "pub" in push]

    def data(self, channel: str) -> list[Any]:
        return [publication["data"] for publication in self.publications(channel)]

    def forget(self) -> None:
        self.read()
        self.messages.clear()

    def hang_up(self) -> None:
        """The client goes away."""
        self.handler.closed(1000, "")


def messages_of(data: bytes) -> list[bytes]:
    """The WebSocket messages in ``data``, fragments joined; anything but unmasked text is a mistake."""
    reader = StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    found: list[bytes] = []
    complete = True
    while not _at_end(reader):
        frame = _run(Frame.parse(reader.read_exact, mask=False, max_size=None))
        assert frame.opcode is (Opcode.TEXT if complete else Opcode.CONT)
        if complete:
            found.append(bytes(frame.data))
        else:
            found[-1] += bytes(frame.data)
        complete = frame.fin
    assert complete, "a message was left unfinished"
    return found


def _at_end(reader: StreamReader) -> bool:
    at_end: bool = _run(reader.at_eof())
    return at_end


def _run(steps: Generator[None, None, Any]) -> Any:
    try:
        next(steps)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("half a frame was written")


class FakeAuthenticator:
    """A token is the user's name, unless it is listed; an exception that is listed is raised."""

    def __init__(self) -> None:
        self.identities: dict[str, Identity | Exception] = {"forged": InvalidToken("forged")}
        self.grants: dict[str, SubscriptionGrant | Exception] = {"forged": InvalidToken("forged")}

    async def connect(self, token: str) -> Identity:
        known = self.identities.get(token)
        if isinstance(known, Exception):
            raise known
        return known or Identity(token)

    async def subscribe(self, token: str) -> SubscriptionGrant:
        known = self.grants[token]
        if isinstance(known, Exception):
            raise known
        return known


class FakeAccess:
    """Everybody may read everything until it is said otherwise; ``gate`` lets answers wait."""

    def __init__(self) -> None:
        self.denied: dict[tuple[str, str], str] = {}
        self.until: dict[tuple[str, str], datetime] = {}
        self.error: Exception | None = None
        self.asked: list[tuple[str, str]] = []
        self.gate: asyncio.Event | None = None

    async def authorize(self, user: str, channel: str) -> Allowed:
        self.asked.append((user, channel))
        answer = self._answer(user, channel)
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _answer(self, user: str, channel: str) -> Allowed | Exception:
        if self.error is not None:
            return self.error
        if (user, channel) in self.denied:
            return PermissionDenied(self.denied[user, channel], "buy it")
        return Allowed(self.until.get((user, channel)))


class FakeSnapshots:
    """``during`` runs while the snapshot is being read: after its values were taken, before they are returned.

    ``gate`` lets them wait.
    """

    def __init__(self) -> None:
        self.version = 0
        self.position = 0
        self.streams: set[str] = set()
        self.reads = 0
        self.during: list[Callable[[], None]] = []
        self.gate: asyncio.Event | None = None

    async def snapshot(self, user: str) -> Snapshot:
        self.reads += 1
        data = json.dumps({"type": "snapshot", "user": user, "version": self.version}).encode()
        taken = Snapshot(data, self.version, self.position, frozenset(self.streams))
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        if self.during:
            self.during.pop(0)()
        return taken


class Site:
    """A node on a memory broker, with everything around it in the test's hands."""

    def __init__(self, clock: FakeClock, settings: Settings, **parts: Any) -> None:
        self.clock = clock
        self.authenticator = FakeAuthenticator()
        self.access = FakeAccess()
        self.snapshots = FakeSnapshots()
        self.broker: Broker = parts.pop("broker", None) or MemoryBroker(clock)
        self.chance = 0.5
        ports: dict[str, Any] = {"access": self.access, "snapshots": self.snapshots} | parts
        numbers = iter(range(1, 1_000_000))
        self.node = Node(
            settings,
            self.broker,
            self.authenticator,
            clock=clock,
            client_ids=lambda: f"client-{next(numbers)}",
            chance=lambda: self.chance,
            **ports,
        )
        self.flusher = Flusher(asyncio.get_running_loop().call_soon)

    def peer(self) -> Peer:
        return Peer(self.node, self.flusher)

    async def connected(self, token: str = "anna", **request: Any) -> Peer:
        peer = self.peer()
        await peer.connect(token, **request)
        return peer

    async def publish(self, channel: str, data: Any, **options: Any) -> None:
        await self.node.publish(channel, json.dumps(data).encode(), **options)

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.node.tick()
