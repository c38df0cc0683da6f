"""Sessions over an ASGI server's WebSockets, with a server made of two queues."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fanwire.errors import BadCommand
from fanwire.gateway.asgi import Message
from fanwire.gateway.asgi_socket import AsgiSocketEndpoint, unframed
from fanwire.realtime.link import Handshake, Link
from fanwire.settings import ClientSettings, Settings, WebSocketSettings


def framed(payload: bytes, opcode: int = 1) -> bytes:
    if len(payload) < 126:
        head = bytes([0x80 | opcode, len(payload)])
    elif len(payload) < 65_536:
        head = bytes([0x80 | opcode, 126]) + len(payload).to_bytes(2)
    else:
        head = bytes([0x80 | opcode, 127]) + len(payload).to_bytes(8)
    return head + payload


class Echo:
    """Sends back what it hears; some words have a meaning."""

    def __init__(self, link: Link, handshake: Handshake) -> None:
        if "refuse" in handshake.query:
            raise BadCommand
        self.link = link
        self.handshake = handshake
        self.ends: list[tuple[int, str]] = []

    def message(self, data: bytes, binary: bool) -> None:
        if data == b"close":
            self.link.outbound.send(framed(b"last"))
            self.link.close(3501, "bad request")
        elif data == b"fail":
            raise RuntimeError("a bug")
        elif data == b"disconnect":
            raise BadCommand
        elif data == b"flood":
            for _ in range(200):
                self.link.outbound.send(framed(b"x" * 1000))
        else:
            self.link.outbound.send(framed(data, 2 if binary else 1))

    def closed(self, code: int, reason: str) -> None:
        self.ends.append((code, reason))

    def drain(self) -> None:
        raise AssertionError("nobody drains here")


class Client:
    """The server's side of ASGI, and what the client saw."""

    def __init__(self, settings: Settings, *, headers: dict[str, str] | None = None, query: str = "") -> None:
        self.to_app: asyncio.Queue[Message] = asyncio.Queue()
        self.from_app: asyncio.Queue[Message] = asyncio.Queue()
        self.sessions: list[Echo] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.scope = {
            "type": "websocket",
            "path": "/connection/websocket",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
            "subprotocols": ["centrifuge-json"],
            "client": ("10.1.1.1", 5),
            "extensions": {"websocket.http.response": {}},
        }
        self.to_app.put_nowait({"type": "websocket.connect"})
        endpoint = AsgiSocketEndpoint(self._session, settings)
        self.task = asyncio.ensure_future(endpoint(self.scope, self.to_app.get, self._send))

    def _session(self, link: Link, handshake: Handshake) -> Echo:
        self.sessions.append(Echo(link, handshake))
        return self.sessions[-1]

    async def _send(self, message: Message) -> None:
        await self.reading.wait()
        self.from_app.put_nowait(message)

    async def says(self, text: str | bytes) -> None:
        key = "text" if isinstance(text, str) else "bytes"
        await self.to_app.put({"type": "websocket.receive", key: text})

    async def hears(self) -> Message:
        return await asyncio.wait_for(self.from_app.get(), 5)

    async def ended(self) -> list[tuple[int, str]]:
        await asyncio.wait_for(self.task, 5)
        return self.sessions[0].ends


SETTINGS = Settings(client=ClientSettings(allowed_origins=("http://good.example",)))


async def opened(settings: Settings = SETTINGS, **more: Any) -> Client:
    client = Client(settings, **more)
    assert await client.hears() == {"type": "websocket.accept", "subprotocol": "centrifuge-json"}
    return client


async def test_messages_go_both_ways_and_the_end_is_told_once() -> None:
    client = await opened(headers={"origin": "http://good.example"}, query="a=b")
    await client.says("привет")
    assert await client.hears() == {"type": "websocket.send", "text": "привет"}
    await client.says(b"\x01\x02")
    assert await client.hears() == {"type": "websocket.send", "bytes": b"\x01\x02"}
    await client.to_app.put({"type": "websocket.disconnect", "code": 1001, "reason": "bye"})
    assert await client.ended() == [(1001, "bye")]
    handshake = client.sessions[0].handshake
    assert handshake.client_ip == "10.1.1.1"
    assert (handshake.path, handshake.query, handshake.origin) == (
        "/connection/websocket",
        "a=b",
        "http://good.example",
    )


@pytest.mark.parametrize("word", ["close", "fail", "disconnect"])
async def test_the_session_ends_the_connection_after_what_is_queued(word: str) -> None:
    client = await opened()
    await client.says(word)
    heard = await client.hears()
    if word == "close":
        assert heard["text"] == "last"
        heard = await client.hears()
    code = 3004 if word == "fail" else 3501
    assert (heard["type"], heard["code"]) == ("websocket.close", code)
    assert [end for end, _ in await client.ended()] == [code]


async def test_a_session_that_is_refused_closes_with_its_code() -> None:
    client = await opened(query="refuse")
    assert (await client.hears())["code"] == 3501
    await asyncio.wait_for(client.task, 5)
    assert client.sessions == []


async def test_a_client_that_does_not_read_is_closed_as_slow() -> None:
    settings = Settings(client=ClientSettings(queue_max_size=100_000), websocket=WebSocketSettings(close_timeout=0.05))
    client = await opened(settings)
    client.reading.clear()
    await client.says("flood")
    await client.says("flood")
    assert await client.ended() == [(3008, "slow")]


async def test_a_message_over_the_limit_is_refused() -> None:
    client = await opened(Settings(websocket=WebSocketSettings(message_size_limit=10)))
    await client.says("x" * 11)
    assert (await client.hears())["code"] == 1009
    await client.ended()


@pytest.mark.parametrize("extension", [True, False])
async def test_a_strange_origin_is_refused_before_it_is_accepted(extension: bool) -> None:
    client = Client(SETTINGS, headers={"origin": "http://evil.example"})
    if not extension:
        client.scope["extensions"] = {}
    await asyncio.wait_for(client.task, 5)
    heard = await client.hears()
    if extension:
        assert (heard["type"], heard["status"]) == ("websocket.http.response.start", 403)
    else:
        assert (heard["type"], heard["code"]) == ("websocket.close", 1008)
    assert client.sessions == []


@pytest.mark.parametrize(
    ("environment", "origin", "host", "accepted"),
    [
        ("development", "http://127.0.0.1:9000", "127.0.0.1:9000", True),
        ("development", "http://localhost:9000", "localhost:9000", True),
        ("development", "http://[::1]:9000", "[::1]:9000", True),
        ("development", "http://[::1", "[::1", False),
        ("development", "http://127.0.0.1:9001", "127.0.0.1:9000", False),
        ("development", "http://rebound.example:9000", "rebound.example:9000", False),
        ("production", "http://127.0.0.1:9000", "127.0.0.1:9000", False),
    ],
)
async def test_in_development_its_own_pages_may_connect_on_any_port(
    environment: str, origin: str, host: str, accepted: bool
) -> None:
    settings = Settings.model_validate({"environment": environment})
    client = Client(settings, headers={"origin": origin, "host": host})
    heard = await client.hears()
    assert (heard["type"] == "websocket.accept") is accepted
    await client.to_app.put({"type": "websocket.disconnect", "code": 1000})
    await asyncio.wait_for(client.task, 5)


async def test_a_server_that_cancels_us_sees_its_own_cancellation_and_the_session_ends() -> None:
    client = await opened()
    client.task.cancel("by the server")
    with pytest.raises(asyncio.CancelledError, match="by the server"):
        await client.task
    assert client.sessions[0].ends == [(1006, "")]


@pytest.mark.parametrize("size", [0, 5, 125, 126, 65_535, 65_536])
def test_payloads_are_found_in_finished_frames(size: int) -> None:
    frames = framed(b"a" * size) + framed(b"\x00" * size, 2)
    assert list(unframed(frames)) == [
        {"type": "websocket.send", "text": "a" * size},
        {"type": "websocket.send", "bytes": b"\x00" * size},
    ]
