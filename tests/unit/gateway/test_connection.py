"""One connection over a transport that writes down what is done to it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from websockets.frames import Close, Frame, Opcode

from fanwire.errors import ConnectionLimit, InvalidToken
from fanwire.gateway.websocket.connection import Connection
from fanwire.gateway.websocket.endpoint import WebSocketEndpoint
from fanwire.realtime.link import Handshake, Link
from fanwire.settings import ClientSettings, Settings, WebSocketSettings

SETTINGS = Settings(client=ClientSettings(queue_max_size=1000), websocket=WebSocketSettings(close_timeout=0.01))
HANDSHAKE = Handshake("/connection/websocket")


class Transport:
    """Writes everything down; ``reads`` is false for a client that reads nothing."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.reads = True
        self.half_closed = False
        self.closing = False
        self.aborted = False
        self.has_halves = True

    def write(self, data: bytes) -> None:
        assert not self.half_closed
        self.writes.append(data)

    def set_write_buffer_limits(self, high: int) -> None:
        assert high == 0, "the transport must say when it cannot get rid of everything at once"

    def get_write_buffer_size(self) -> int:
        return 0 if self.reads else sum(map(len, self.writes))

    def can_write_eof(self) -> bool:
        return self.has_halves

    def write_eof(self) -> None:
        self.half_closed = True

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.aborted = True


class Session:
    """Does what a test tells it to do on a message."""

    def __init__(self, link: Link, handshake: Handshake) -> None:
        self.link = link
        self.messages: list[tuple[bytes, bool]] = []
        self.ends: list[tuple[int, str]] = []
        self.drained = 0
        self.on_message: Any = None
        self.on_closed: Any = None

    def message(self, data: bytes, binary: bool) -> None:
        self.messages.append((data, binary))
        if self.on_message:
            self.on_message(data)

    def closed(self, code: int, reason: str) -> None:
        self.ends.append((code, reason))
        if self.on_closed:
            self.on_closed()

    def drain(self) -> None:
        self.drained += 1


class Bench:
    """A connection, its transport and its session."""

    def __init__(self, factory: Any = Session, endpoint: WebSocketEndpoint | None = None) -> None:
        self.sessions: list[Session] = []
        self.peers: set[object] = set()
        self.transport = Transport()
        self.endpoint = endpoint or WebSocketEndpoint(self._make, SETTINGS)
        self._factory = factory
        self.connection = Connection(self.endpoint, cast("asyncio.Transport", self.transport), self.peers)

    def _make(self, link: Link, handshake: Handshake) -> Session:
        session: Session = self._factory(link, handshake)
        self.sessions.append(session)
        return session

    @property
    def session(self) -> Session:
        return self.sessions[0]

    def open(self) -> Bench:
        self.connection.open(b"101", HANDSHAKE)
        return self

    def receive(self, *frames: bytes) -> None:
        data = b"".join(frames)
        self.connection.get_buffer(-1)[: len(data)] = data
        self.connection.buffer_updated(len(data))


def client(opcode: Opcode, data: bytes = b"", fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


def close_frame(code: int, reason: str = "") -> bytes:
    return Frame(Opcode.CLOSE, Close(code, reason).serialize()).serialize(mask=False)


def holds_parser(bench: Bench) -> bool:
    return bench.connection._parser is not None


async def ticks(count: int = 2) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.fixture
async def bench() -> Bench:
    return Bench().open()


async def test_opening_answers_and_makes_one_session(bench: Bench) -> None:
    assert bench.transport.writes == [b"101"]
    assert len(bench.sessions) == 1
    assert bench.peers == {bench.connection}
    assert bench.connection.outbound is bench.connection
    assert (bench.endpoint.stats.opened, bench.endpoint.stats.open) == (1, 1)


async def test_one_write_per_tick(bench: Bench) -> None:
    for number in range(100):
        bench.connection.send(b"%d," % number)
    assert bench.transport.writes == [b"101"]
    await ticks()
    assert bench.transport.writes[1:] == [b"".join(b"%d," % number for number in range(100))]
    bench.connection.send(b"next")
    await ticks()
    assert bench.transport.writes[2:] == [b"next"]


async def test_one_frame_is_written_without_a_copy(bench: Bench) -> None:
    frame = b"x" * 100
    bench.connection.send(frame)
    await ticks()
    assert bench.transport.writes[1] is frame


async def test_a_thousand_connections_flush_in_one_callback(bench: Bench) -> None:
    others = [Bench(endpoint=bench.endpoint).open() for _ in range(1000)]
    for other in others:
        for _ in range(3):
            other.connection.send(b"x")
    assert len(bench.endpoint.flusher.dirty) == 1000
    await ticks(1)
    assert all(other.transport.writes[1:] == [b"xxx"] for other in others)


async def test_messages_reach_the_session_in_order(bench: Bench) -> None:
    bench.receive(client(Opcode.TEXT, b"a"), client(Opcode.BINARY, b"b"), client(Opcode.TEXT, b"c"))
    assert bench.session.messages == [(b"a", False), (b"b", True), (b"c", False)]
    assert bench.endpoint.stats.messages == 3


async def test_an_idle_connection_holds_no_parser(bench: Bench) -> None:
    whole = client(Opcode.TEXT, b"abc")
    bench.receive(whole)
    assert not holds_parser(bench)
    bench.receive(whole[:3])
    assert holds_parser(bench)
    other = Bench(endpoint=bench.endpoint).open()
    other.receive(whole)
    bench.receive(whole[3:])
    assert [data for session in bench.sessions for data, _ in session.messages] == [b"abc", b"abc", b"abc"]
    assert not holds_parser(bench)


async def test_a_ping_is_answered_with_its_payload(bench: Bench) -> None:
    bench.receive(client(Opcode.PING, b"payload"))
    await ticks()
    assert bench.transport.writes[1:] == [Frame(Opcode.PONG, b"payload").serialize(mask=False)]


async def test_closing_writes_what_is_queued_then_the_close_frame(bench: Bench) -> None:
    bench.connection.send(b"last")
    bench.connection.close(3500, "invalid token")
    bench.connection.send(b"too late")
    await ticks()
    assert bench.transport.writes[1:] == [b"last", close_frame(3500, "invalid token")]
    assert bench.session.ends == [(3500, "invalid token")]
    assert bench.endpoint.stats.closed == {3500: 1}


async def test_nothing_is_delivered_after_closing(bench: Bench) -> None:
    bench.session.on_message = lambda data: bench.connection.close(3501, "bad request")
    bench.receive(client(Opcode.TEXT, b"a"), client(Opcode.TEXT, b"b"))
    bench.receive(client(Opcode.TEXT, b"c"))
    assert bench.session.messages == [(b"a", False)]


async def test_closing_twice_is_closing_once(bench: Bench) -> None:
    bench.connection.close(3500, "first")
    bench.connection.close(3501, "second")
    bench.connection.connection_lost(None)
    await ticks()
    assert bench.session.ends == [(3500, "first")]
    assert len(bench.transport.writes) == 2


async def test_the_session_may_close_while_it_is_made() -> None:
    def factory(link: Link, handshake: Handshake) -> Session:
        link.close(3504, "connection limit")
        return Session(link, handshake)

    bench = Bench(factory).open()
    await ticks()
    assert bench.transport.writes == [b"101", close_frame(3504, "connection limit")]
    assert bench.session.ends == [(3504, "connection limit")]


async def test_our_close_is_answered_then_both_halves_close(bench: Bench) -> None:
    bench.connection.close(3001, "shutdown")
    bench.receive(client(Opcode.CLOSE, Close(3001, "").serialize()))
    assert bench.transport.half_closed
    bench.connection.eof_received()
    await ticks()
    assert bench.session.ends == [(3001, "shutdown")]


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "going away"), (4999, "моё")])
async def test_the_clients_close_is_echoed_and_told(bench: Bench, code: int, reason: str) -> None:
    bench.session.on_message = bench.connection.send
    bench.receive(client(Opcode.TEXT, b"a"), client(Opcode.CLOSE, Close(code, reason).serialize()))
    assert bench.transport.writes[1:] == [b"a" + close_frame(code, reason)]
    assert bench.transport.half_closed
    assert bench.session.ends == [(code, reason)]
    bench.connection.connection_lost(None)
    assert bench.session.ends == [(code, reason)]


async def test_over_tls_the_whole_connection_closes(bench: Bench) -> None:
    bench.transport.has_halves = False
    bench.receive(client(Opcode.CLOSE, b""))
    assert bench.transport.closing
    assert bench.session.ends == [(1005, "")]


async def test_an_oversize_message_ends_with_1009_at_its_header(bench: Bench) -> None:
    bench.receive(b"\x81\xff" + (65_537).to_bytes(8, "big"))
    assert bench.transport.writes[-1][2:4] == (1009).to_bytes(2, "big")
    assert [code for code, _ in bench.session.ends] == [1009]


async def test_a_violation_ends_with_its_code(bench: Bench) -> None:
    bench.connection.send(b"queued")
    bench.receive(client(Opcode.TEXT, b"\xff"))
    assert bench.transport.writes[1:] == [b"queued" + close_frame(1007, "text is not UTF-8")]
    assert bench.session.ends == [(1007, "text is not UTF-8")]


async def test_a_slow_client_is_closed_with_3008_and_hears_no_more(bench: Bench) -> None:
    bench.transport.reads = False
    bench.connection.send(b"x" * 900)
    await ticks()
    bench.connection.send(b"y" * 98)
    await ticks()
    assert bench.session.ends == [(3008, "slow")]
    assert bench.transport.writes[-1] == close_frame(3008, "slow")
    assert b"y" not in b"".join(bench.transport.writes)
    bench.connection.send(b"z" * 500)
    await ticks()
    assert bench.transport.writes[-1] == close_frame(3008, "slow")


async def test_the_queue_may_be_full_to_the_byte(bench: Bench) -> None:
    bench.transport.reads = False
    bench.connection.send(b"x" * 997)
    await ticks()
    assert bench.session.ends == []
    bench.connection.send(b"y")
    await ticks()
    assert bench.session.ends == [(3008, "slow")]


async def test_a_client_that_answers_no_close_is_cut_off(bench: Bench) -> None:
    bench.connection.close(3008, "slow")
    async with asyncio.timeout(5):
        while not bench.transport.aborted:
            await asyncio.sleep(0.001)
    assert bench.endpoint.stats.cut_off == 1


async def test_a_client_that_answers_is_not_cut_off(bench: Bench) -> None:
    bench.connection.close(3001, "shutdown")
    bench.connection.connection_lost(None)
    assert len(bench.endpoint.lingering) == 0


async def test_a_lost_connection_is_told_once(bench: Bench) -> None:
    bench.connection.send(b"x")
    bench.connection.connection_lost(ConnectionResetError())
    bench.connection.send(b"y")
    await ticks()
    assert bench.session.ends == [(1006, "")]
    assert bench.transport.writes == [b"101"]
    assert bench.peers == set()
    assert bench.endpoint.stats.open == 0


async def test_half_a_connection_is_told_once(bench: Bench) -> None:
    bench.connection.eof_received()
    bench.connection.connection_lost(None)
    assert bench.session.ends == [(1006, "")]


async def test_a_session_that_raises_a_disconnect_gets_it(bench: Bench) -> None:
    def refuse(data: bytes) -> None:
        raise InvalidToken("a detail for the log")

    bench.session.on_message = refuse
    bench.receive(client(Opcode.TEXT, b"a"))
    await ticks()
    assert bench.transport.writes[1:] == [close_frame(3500, "invalid token")]
    assert bench.session.ends == [(3500, "invalid token")]


async def test_a_session_that_fails_is_closed_with_3004(bench: Bench) -> None:
    def fail(data: bytes) -> None:
        raise RuntimeError("a bug")

    bench.session.on_message = fail
    bench.receive(client(Opcode.TEXT, b"a"), client(Opcode.TEXT, b"b"))
    await ticks()
    assert bench.session.ends == [(3004, "internal server error")]
    assert len(bench.session.messages) == 1


@pytest.mark.parametrize(("error", "code"), [(ConnectionLimit(), 3504), (RuntimeError("a bug"), 3004)])
async def test_a_session_that_cannot_be_made_closes(error: Exception, code: int) -> None:
    def factory(link: Link, handshake: Handshake) -> Session:
        raise error

    bench = Bench(factory).open()
    await ticks()
    assert bench.transport.writes[1][2:4] == code.to_bytes(2, "big")
    bench.receive(client(Opcode.TEXT, b"a"))
    bench.connection.connection_lost(None)


async def test_one_failing_session_does_not_stop_the_flush_of_others(bench: Bench) -> None:
    def fail() -> None:
        raise RuntimeError("a bug")

    bench.transport.reads = False
    bench.session.on_closed = fail
    other = Bench(endpoint=bench.endpoint).open()
    bench.connection.send(b"x" * 2000)
    other.connection.send(b"y")
    await ticks()
    assert bench.session.ends == [(3008, "slow")]
    assert other.transport.writes[1:] == [b"y"]


async def test_shutdown_asks_the_session(bench: Bench) -> None:
    bench.connection.shutdown()
    assert bench.session.drained == 1
    bench.connection.close(3001, "shutdown")
    bench.connection.shutdown()
    assert bench.session.drained == 1
    assert bench.transport.closing
