"""What waits for a client that does not keep up can be taken back, until the transport has it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from fanwire.brokers.base import Publication
from fanwire.gateway.websocket import WebSocketEndpoint
from fanwire.gateway.websocket.backlog import Backlog
from fanwire.gateway.websocket.connection import Connection
from fanwire.realtime.link import Handshake, Link
from fanwire.realtime.protocol.model import HistoryResult, Reply
from fanwire.realtime.protocol.wire import WEBSOCKET_JSON as WIRE
from tests.unit.gateway.test_connection import HANDSHAKE, SETTINGS, Transport


def push(channel: str, data: bytes = b"1") -> bytes:
    return WIRE.publication(channel, Publication(data), "")


def of(channel: str) -> Callable[[bytes], bool]:
    return lambda frame: WIRE.carries(frame, channel)


class Nobody:
    def __init__(self, link: Link, handshake: Handshake) -> None: ...
    def message(self, data: bytes, binary: bool) -> None: ...
    def closed(self, code: int, reason: str) -> None: ...
    def drain(self) -> None: ...


@pytest.fixture
async def transport() -> Transport:
    return Transport()


@pytest.fixture
async def connection(transport: Transport) -> AsyncIterator[Connection]:
    endpoint = WebSocketEndpoint(Nobody, SETTINGS)
    made = Connection(endpoint, transport, set())  # type: ignore[arg-type]
    made.open(b"", HANDSHAKE)
    transport.writes.clear()
    yield made


def test_a_wire_knows_the_pushes_of_a_channel() -> None:
    for size in (1, 200, 70_000):
        frame = push("post:1", b'"' + b"x" * size + b'"')
        assert WIRE.carries(frame, "post:1")
        assert not WIRE.carries(frame, "post:12") and not WIRE.carries(frame, "post:")
    assert not WIRE.carries(WIRE.opening("post:1"), "post:1")  # its second piece could not be found
    assert not WIRE.carries(WIRE.ping, "post:1")


def test_a_wire_knows_replies_with_publications() -> None:
    told = [WIRE.visible(Publication(b"1", 1), "e")]
    assert WIRE.quotes(WIRE.reply(Reply(id=1, history=HistoryResult(told, epoch="e", offset=1))))
    assert not WIRE.quotes(WIRE.reply(Reply(id=1, history=HistoryResult([], epoch="e", offset=1))))
    assert not WIRE.quotes(push("post:1", b'{"id":1,"publications":[]}'))


def test_a_backlog_keeps_the_order_and_its_size() -> None:
    backlog = Backlog()
    backlog.add([b"aa", b"b", b"cccc", b"d"])
    backlog.drop(lambda frame: frame == b"b")
    assert backlog.size == 7
    assert [backlog.take(3), backlog.take(3), backlog.take(3)] == [b"aa", b"cccc", b"d"]
    assert backlog.size == 0


async def test_what_was_queued_in_this_tick_is_taken_back(connection: Connection, transport: Transport) -> None:
    for channel in ("post:1", "post:2"):
        connection.send(push(channel))
    connection.purge(of("post:1"), WIRE.quotes)
    connection.flush()
    assert transport.writes == [push("post:2")]


async def test_a_client_that_keeps_up_again_gets_what_is_left(connection: Connection, transport: Transport) -> None:
    connection.pause_writing()
    for n in range(3):
        connection.send(push("post:1", b"%d" % n))
        connection.send(push("post:2", b"%d" % n))
        connection.flush()
    assert transport.writes == []
    connection.purge(of("post:1"), WIRE.quotes)
    assert not transport.aborted
    connection.resume_writing()
    assert transport.writes == [b"".join(push("post:2", b"%d" % n) for n in range(3))]
    connection.send(push("post:1"))
    connection.flush()
    assert transport.writes[1:] == [push("post:1")]


async def test_what_the_transport_has_cannot_be_taken_back(connection: Connection, transport: Transport) -> None:
    connection.send(push("post:1"))
    connection.flush()
    transport.reads = False
    connection.pause_writing()
    connection.purge(of("post:1"), WIRE.quotes)
    assert transport.aborted


async def test_a_reply_must_not_be_lost(connection: Connection, transport: Transport) -> None:
    told = [WIRE.visible(Publication(b"1", 1), "e")]
    connection.pause_writing()
    connection.send(WIRE.reply(Reply(id=1, history=HistoryResult(told, epoch="e", offset=1))))
    connection.flush()
    connection.purge(of("post:1"), WIRE.quotes)
    assert transport.aborted


async def test_too_much_for_a_paused_client_closes_it(connection: Connection, transport: Transport) -> None:
    connection.pause_writing()
    for _ in range(3):
        connection.send(push("post:1", b'"' + b"x" * 400 + b'"'))
        connection.flush()
    [close] = transport.writes
    assert b"slow" in close and b"xxx" not in close


async def test_a_close_follows_what_waited(connection: Connection, transport: Transport) -> None:
    connection.pause_writing()
    connection.send(push("post:2"))
    connection.flush()
    connection.close(3000, "bye")
    assert transport.writes[0] == push("post:2")
    assert b"bye" in transport.writes[1]


async def test_pausing_again_while_the_backlog_is_written_keeps_the_rest(
    connection: Connection, transport: Transport
) -> None:
    connection.pause_writing()
    big = push("post:2", b'"' + b"x" * 300 + b'"')
    connection.send(big)
    connection.send(big)
    connection.flush()

    write = transport.write

    def write_and_pause(data: bytes) -> None:
        write(data)
        connection.pause_writing()

    transport.write = write_and_pause  # type: ignore[method-assign]
    connection.resume_writing()
    connection.send(push("post:1"))
    connection.flush()
    assert b"".join(transport.writes) == big + big
    transport.write = write  # type: ignore[method-assign]
    connection.resume_writing()
    assert b"".join(transport.writes) == big + big + push("post:1")
