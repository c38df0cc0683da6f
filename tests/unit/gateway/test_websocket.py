"""The transport on real sockets, on uvloop and on asyncio."""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
import weakref
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import httpx2
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from fanwire.gateway.websocket import WebSocketEndpoint
from fanwire.realtime.link import Handshake, Link
from fanwire.settings import ClientSettings, Settings, WebSocketSettings
from fanwire.testing.echo import EchoSession
from fanwire.testing.server import RunningServer

PATH = "/connection/websocket"
Serve = Callable[..., Any]
MakeRaw = Callable[[RunningServer], Any]
EndpointOf = Callable[[RunningServer], WebSocketEndpoint]


class Recorder(EchoSession):
    """An echo that tests can find afterwards."""

    __slots__ = ("__weakref__",)
    made: ClassVar[list[Recorder]] = []

    def __init__(self, link: Link, handshake: Handshake) -> None:
        super().__init__(link, handshake)
        Recorder.made.append(self)


@pytest.fixture(autouse=True)
def forget_sessions() -> None:
    Recorder.made = []


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


async def closed_with(receive: Awaitable[object]) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as closed:
        async with asyncio.timeout(10):
            await receive
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def test_messages_come_back(served: RunningServer) -> None:
    async with connect(served.ws + PATH, compression=None) as client:
        messages: list[str | bytes] = ["hello", "Привет", b"\x00\xff", "", "x" * 65_000]
        for message in messages:
            await client.send(message)
            assert await client.recv() == message


async def test_many_messages_in_one_packet_keep_their_order(served: RunningServer, raw: MakeRaw) -> None:
    async with raw(served) as client:
        assert (await client.upgrade()).startswith(b"HTTP/1.1 101 ")
        frames = [b"%d" % number for number in range(2000)]
        client.send(b"".join(Frame(Opcode.TEXT, data).serialize(mask=True) for data in frames))
        expected = b"".join(Frame(Opcode.TEXT, data).serialize(mask=False) for data in frames)
        assert await client.reader.readexactly(len(expected)) == expected


async def test_messages_torn_into_bytes(served: RunningServer, raw: MakeRaw) -> None:
    async with raw(served) as client:
        await client.upgrade()
        for byte in Frame(Opcode.TEXT, b"torn").serialize(mask=True):
            client.send(bytes([byte]))
            await client.writer.drain()
            await asyncio.sleep(0)
        assert await client.reader.readexactly(6) == b"\x81\x04torn"


async def test_an_oversize_message_is_told_1009(served: RunningServer) -> None:
    async with connect(served.ws + PATH, compression=None) as client:
        # More than one read: what is left unread must not reset the connection before the close frame is read.
        await client.send("x" * 3_000_000)
        code, _ = await closed_with(client.recv())
        assert code == 1009


async def test_the_size_limit_is_exact(served: RunningServer) -> None:
    async with connect(served.ws + PATH, compression=None) as client:
        await client.send("x" * 65_536)
        assert len(await client.recv()) == 65_536
        await client.send("x" * 65_537)
        assert (await closed_with(client.recv()))[0] == 1009


async def test_too_many_fragments_are_told_1009(serve: Serve) -> None:
    settings = Settings(websocket=WebSocketSettings(fragment_limit=10))
    with serve(settings) as server:
        async with connect(server.ws + PATH, compression=None) as client:
            await client.send(["x"] * 9)  # and an empty one that ends it
            assert await client.recv() == "x" * 9
            await client.send(["x"] * 10)
            assert await closed_with(client.recv()) == (1009, "more than 10 fragments")


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
async def test_close_codes_are_echoed(serve: Serve, code: int) -> None:
    with serve(session_factory=Recorder) as server:
        async with connect(server.ws + PATH) as client:
            await client.close(code, "bye")
            assert client.close_code == code
        await until(lambda: bool(Recorder.made and Recorder.made[0].ended))
        assert Recorder.made[0].ended == [(code, "bye")]


async def test_an_abrupt_reset_is_told_once(serve: Serve, raw: MakeRaw, endpoint: EndpointOf) -> None:
    with serve(session_factory=Recorder) as server:
        async with raw(server) as client:
            await client.upgrade()
            tcp: socket.socket = client.writer.get_extra_info("socket")
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.writer.transport.abort()
            await until(lambda: endpoint(server).stats.open == 0)
        assert Recorder.made[0].ended == [(1006, "")]
        assert not server.server.server_state.connections


async def test_a_half_closed_client_is_gone(serve: Serve, raw: MakeRaw) -> None:
    with serve(session_factory=Recorder) as server:
        async with raw(server) as client:
            await client.upgrade()
            client.writer.write_eof()
            assert await client.rest() == b""
        assert Recorder.made[0].ended == [(1006, "")]


class Flood(Recorder):
    """Sends without end once it is spoken to, one frame of 10 KB a tick, whether it is read or not."""

    __slots__ = ("most",)
    frame = Frame(Opcode.BINARY, b"x" * 10_000).serialize(mask=False)

    def message(self, data: bytes, binary: bool) -> None:
        self.most = 0
        self._more()

    def _more(self) -> None:
        if not self.ended:
            self.link.outbound.send(self.frame)
            transport = self.link._transport  # type: ignore[attr-defined]
            self.most = max(self.most, transport.get_write_buffer_size())
            asyncio.get_running_loop().call_soon(self._more)


FLOODED = Settings(client=ClientSettings(queue_max_size=200_000), websocket=WebSocketSettings(close_timeout=0.3))


async def test_a_client_that_never_reads_is_bounded_told_and_cut_off(
    serve: Serve, raw: MakeRaw, endpoint: EndpointOf
) -> None:
    with serve(FLOODED, session_factory=Flood) as server:
        async with raw(server) as client:
            await client.upgrade()
            client.writer.transport.pause_reading()
            client.send(Frame(Opcode.TEXT, b"go").serialize(mask=True))
            await until(lambda: endpoint(server).stats.open == 0)
        (flood,) = Recorder.made
        assert isinstance(flood, Flood)
        assert flood.ended == [(3008, "slow")]
        assert flood.most <= 200_000
        stats = endpoint(server).stats
        assert (stats.closed, stats.cut_off) == ({3008: 1}, 1)


async def test_a_slow_client_that_wakes_up_learns_why(serve: Serve, raw: MakeRaw) -> None:
    settings = FLOODED.model_copy(update={"websocket": WebSocketSettings(close_timeout=10)})
    with serve(settings, session_factory=Flood) as server:
        async with raw(server) as client:
            await client.upgrade()
            client.writer.transport.pause_reading()
            client.send(Frame(Opcode.TEXT, b"go").serialize(mask=True))
            await until(lambda: bool(Recorder.made and Recorder.made[0].ended))
            client.writer.transport.resume_reading()
            received = b""
            async with asyncio.timeout(5):
                while not received.endswith(b"slow"):
                    received += await client.reader.read(1_000_000)
            assert received.endswith(b"\x88\x06" + (3008).to_bytes(2, "big") + b"slow")


async def test_others_are_served_while_one_client_does_not_read(serve: Serve, raw: MakeRaw) -> None:
    with serve(FLOODED, session_factory=Flood) as server:
        async with raw(server) as slow:
            await slow.upgrade()
            slow.writer.transport.pause_reading()
            slow.send(Frame(Opcode.TEXT, b"go").serialize(mask=True))
            async with connect(server.ws + PATH, max_queue=None) as client:
                await client.send("go")
                for _ in range(100):
                    assert len(await client.recv()) == 10_000


async def test_an_ended_connection_is_freed_without_the_garbage_collector(serve: Serve, endpoint: EndpointOf) -> None:
    with serve(session_factory=Recorder) as server:
        server.call(gc.collect)
        gc.disable()
        try:
            async with connect(server.ws + PATH) as client:
                await client.send("x")
                await client.recv()
            await until(lambda: endpoint(server).stats.open == 0)
            gone = weakref.ref(Recorder.made.pop())
            await until(lambda: gone() is None)
        finally:
            gc.enable()


async def test_the_session_knows_the_handshake(serve: Serve) -> None:
    settings = Settings(client=ClientSettings(allowed_origins=("https://example.com",)))
    with serve(settings, session_factory=Recorder) as server:
        async with connect(
            server.ws + PATH + "?a=1",
            origin="https://example.com",  # type: ignore[arg-type]
            subprotocols=["x", "centrifuge-json"],  # type: ignore[list-item]
            additional_headers={"X-Forwarded-For": "203.0.113.7"},
        ) as client:
            assert client.subprotocol == "centrifuge-json"
        assert Recorder.made[0].handshake == Handshake(
            PATH, "a=1", "https://example.com", "centrifuge-json", "203.0.113.7"
        )


@pytest.mark.parametrize(
    ("config", "forwarded", "expected"),
    [
        ({"forwarded_allow_ips": "10.0.0.1"}, "203.0.113.7", "127.0.0.1"),
        ({"forwarded_allow_ips": "127.0.0.0/8"}, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ({"forwarded_allow_ips": "127.0.0.1"}, "203.0.113.7, 127.0.0.1", "203.0.113.7"),
        ({"forwarded_allow_ips": "*"}, "198.51.100.1, 203.0.113.7", "198.51.100.1"),
        ({"proxy_headers": False}, "203.0.113.7", "127.0.0.1"),
        ({}, "", "127.0.0.1"),
    ],
)
async def test_forwarded_addresses_count_from_trusted_proxies_only(
    serve: Serve, config: dict[str, Any], forwarded: str, expected: str
) -> None:
    with serve(session_factory=Recorder, **config) as server:
        async with connect(server.ws + PATH, additional_headers={"X-Forwarded-For": forwarded} if forwarded else {}):
            pass
        assert Recorder.made[0].handshake.client_ip == expected


REFUSALS = [
    ({"Origin": "https://evil.test"}, PATH, 403),
    ({"Sec_WebSocket_Version": "8"}, PATH, 426),
    ({"Sec_WebSocket_Key": ""}, PATH, 400),
    ({"Sec_WebSocket_Key": "short"}, PATH, 400),
    ({}, "/connection/websockets", 404),
    ({}, "/connection/", 404),
    ({}, PATH + "/", 404),
]


@pytest.mark.parametrize(("headers", "path", "status"), REFUSALS)
async def test_refusals_are_http_responses(
    served: RunningServer, raw: MakeRaw, endpoint: EndpointOf, headers: dict[str, str], path: str, status: int
) -> None:
    stats = endpoint(served).stats
    before = (stats.refused[status], stats.opened)
    async with raw(served) as client:
        assert (await client.upgrade(path, **headers)).startswith(b"HTTP/1.1 %d " % status)
        assert b'"status":%d' % status in await client.rest()
    assert (stats.refused[status], stats.opened) == (before[0] + 1, before[1])


async def test_a_refused_origin_is_logged_with_rule_and_setting_and_without_the_query(
    served: RunningServer, raw: MakeRaw
) -> None:
    with capture_logs() as logs:
        async with raw(served) as client:
            await client.upgrade(PATH + "?token=canary", Origin="https://evil.test")
    (line,) = [entry for entry in logs if entry["event"] == "websocket_refused"]
    assert line["setting"] == "client.allowed_origins"
    assert "client.allowed_origins is empty" in line["rule"]
    assert line["origin"] == "https://evil.test"
    assert "canary" not in str(logs)


async def test_a_draining_server_refuses_with_503(serve: Serve, raw: MakeRaw, endpoint: EndpointOf) -> None:
    with serve() as server:
        endpoint(server).draining = True
        async with raw(server) as client:
            head = await client.upgrade()
            assert head.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nRetry-After: 1\r\n" in head


async def ours_and_theirs(scope: Any, receive: Any, send: Any) -> None:
    """A user's application: a page, and a WebSocket of its own at /mine."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
        return
    assert (await receive())["type"] == "websocket.connect"
    if scope["path"] != "/mine":
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": f"asgi {message['text']}"})


async def test_other_paths_stay_the_applications(serve: Serve) -> None:
    with serve(app=ours_and_theirs) as server:
        async with connect(server.ws + "/mine") as client, connect(server.ws + PATH) as other:
            for number in range(3):
                await client.send(str(number))
                await other.send(str(number))
                assert await client.recv() == f"asgi {number}"
                assert await other.recv() == str(number)
        with pytest.raises(InvalidStatus) as refused:
            await connect(server.ws + "/unknown")
        assert refused.value.response.status_code == 403


async def test_http_lives_on_the_same_port(serve: Serve) -> None:
    with serve(app=ours_and_theirs) as server:
        async with connect(server.ws + PATH) as client, httpx2.AsyncClient() as http:
            for number in range(5):
                assert (await http.get(server.url)).text == "ok"
                await client.send(str(number))
                assert await client.recv() == str(number)


async def test_an_application_without_us_keeps_its_websockets(loop_name: str) -> None:
    from fanwire.gateway.http_protocol import HttpProtocol
    from fanwire.gateway.websocket import WebSocketUpgrade
    from fanwire.testing.server import running_server

    with running_server(
        ours_and_theirs, on_startup=lambda state: None, ws=WebSocketUpgrade, http=HttpProtocol, loop=loop_name
    ) as server:
        async with connect(server.ws + "/mine") as client:
            await client.send("x")
            assert await client.recv() == "asgi x"
        with pytest.raises(InvalidStatus):
            await connect(server.ws + PATH)


async def test_a_silent_client_after_our_close_is_cut_off(serve: Serve, raw: MakeRaw, endpoint: EndpointOf) -> None:
    settings = Settings(websocket=WebSocketSettings(close_timeout=0.1))
    with serve(settings, session_factory=Recorder) as server:
        async with raw(server) as client:
            await client.upgrade()
            server.call(lambda: Recorder.made[0].link.close(3500, "invalid token"))
            assert (await client.rest()).endswith(b"invalid token")
        assert endpoint(server).stats.cut_off == 1
