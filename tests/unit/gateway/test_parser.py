from __future__ import annotations

import logging

import pytest
from websockets.frames import Close, Frame, Opcode

from fanwire.gateway.websocket.parser import Message, Parser, Parsers


def frame(opcode: Opcode, data: bytes = b"", fin: bool = True) -> bytes:
    """A client's frame: masked."""
    return Frame(opcode, data, fin).serialize(mask=True)


def text(data: str, fin: bool = True) -> bytes:
    return frame(Opcode.TEXT, data.encode(), fin)


def cont(data: bytes, fin: bool) -> bytes:
    return frame(Opcode.CONT, data, fin)


def close(code: int = 1000, reason: str = "") -> bytes:
    return frame(Opcode.CLOSE, Close(code, reason).serialize())


def answer(opcode: Opcode, data: bytes) -> bytes:
    """A server's frame."""
    return Frame(opcode, data).serialize(mask=False)


def closing(code: int, reason: str = "") -> bytes:
    return answer(Opcode.CLOSE, Close(code, reason).serialize())


@pytest.fixture
def parser() -> Parser:
    return Parser(max_size=1000, fragment_limit=5)


def receive(parser: Parser, *frames: bytes) -> list[Message | bytes]:
    return list(parser.receive(b"".join(frames)))


def test_messages_in_order(parser: Parser) -> None:
    assert receive(parser, text("а"), frame(Opcode.BINARY, b"\xff"), text("")) == [
        Message("а".encode(), False),
        Message(b"\xff", True),
        Message(b"", False),
    ]
    assert parser.idle
    assert not parser.ended


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 999])
def test_bytes_may_come_one_by_one(size: int) -> None:
    parser = Parser(max_size=1000, fragment_limit=5)
    data = text("x" * size) + frame(Opcode.BINARY, b"y" * size)
    found: list[Message | bytes] = []
    for position in range(len(data)):
        found += parser.receive(data[position : position + 1])
    assert found == [Message(b"x" * size, False), Message(b"y" * size, True)]
    assert parser.idle


@pytest.mark.parametrize("size", [1, 200, 70_000])
def test_it_is_idle_between_messages_and_never_within_one(size: int) -> None:
    parser = Parser(max_size=100_000, fragment_limit=5)
    data = text("x" * size)
    for cut in [cut for cut in (1, 2, 3, 5, 7, 11, len(data) - 1) if cut < len(data)]:
        list(parser.receive(data[:cut]))
        assert not parser.idle
        list(parser.receive(data[cut:]))
        assert parser.idle


def test_fragments_make_one_message(parser: Parser) -> None:
    assert receive(parser, text("При"[0:2], fin=False), cont("и".encode()[:1], fin=False)) == []
    assert not parser.idle
    assert receive(parser, cont("и".encode()[1:] + b"!", fin=True)) == [Message("При!".encode(), False)]
    assert parser.idle


def test_binary_fragments_need_not_be_text(parser: Parser) -> None:
    assert receive(parser, frame(Opcode.BINARY, b"\xff", fin=False), cont(b"\xfe", fin=True)) == [
        Message(b"\xff\xfe", True)
    ]


def test_a_ping_between_fragments_is_answered_first(parser: Parser) -> None:
    assert receive(parser, text("a", fin=False), frame(Opcode.PING, b"p"), cont(b"b", fin=True)) == [
        answer(Opcode.PONG, b"p"),
        Message(b"ab", False),
    ]


def test_a_pong_is_nothing(parser: Parser) -> None:
    assert receive(parser, frame(Opcode.PONG, b"p")) == []
    assert parser.idle


@pytest.mark.parametrize(
    ("received", "code"),
    [
        ([frame(Opcode.TEXT, b"\xff")], 1007),
        ([frame(Opcode.TEXT, "и".encode()[:1])], 1007),
        ([text("a", fin=False), cont(b"\xff", fin=False)], 1007),
        ([text("a", fin=False), cont("и".encode()[:1], fin=True)], 1007),
        ([text("x" * 1001)], 1009),
        ([text("x" * 900, fin=False), cont(b"x" * 101, fin=True)], 1009),
        ([text("a", fin=False), *[cont(b"", fin=False)] * 5], 1009),
        ([cont(b"a", fin=True)], 1002),
        ([text("a", fin=False), text("b")], 1002),
        ([b"\x81\x01a"], 1002),
        ([b"\xf1" + text("a")[1:]], 1002),
        ([b"\x83" + text("a")[1:]], 1002),
        ([frame(Opcode.CLOSE, b"\x00")], 1002),
        ([frame(Opcode.CLOSE, b"\x03\xed")], 1002),
    ],
)
def test_violations_close_with_their_code(parser: Parser, received: list[bytes], code: int) -> None:
    *_, last = receive(parser, *received)
    assert isinstance(last, bytes)
    assert last[0] == 0x88
    assert int.from_bytes(last[2:4], "big") == code
    assert parser.ended
    assert not parser.idle
    assert parser.ending[0] == code


def test_what_came_before_a_violation_counts(parser: Parser) -> None:
    first, last = receive(parser, text("a"), frame(Opcode.TEXT, b"\xff"), text("b"))
    assert first == Message(b"a", False)
    assert isinstance(last, bytes)


def test_a_violation_is_named_even_when_a_close_follows(parser: Parser) -> None:
    (last,) = receive(parser, frame(Opcode.TEXT, b"\xff"), close(1000))
    assert last == closing(1007, "text is not UTF-8")
    assert parser.ending == (1007, "text is not UTF-8")


@pytest.mark.parametrize("reason", ["", "до свидания"])
def test_a_close_is_echoed_and_ends(parser: Parser, reason: str) -> None:
    assert receive(parser, text("a"), close(3999, reason), text("b")) == [
        Message(b"a", False),
        closing(3999, reason),
    ]
    assert parser.ended
    assert parser.ending == (3999, reason)
    assert receive(parser, text("c")) == []


def test_a_close_without_code(parser: Parser) -> None:
    assert receive(parser, frame(Opcode.CLOSE)) == [answer(Opcode.CLOSE, b"")]
    assert parser.ending == (1005, "")


@pytest.mark.parametrize(
    ("received", "echo"),
    [(close(1000), closing(1000)), (frame(Opcode.CLOSE), b"\x88\x00")],
    ids=["with-code", "without-code"],  # the bytes hold a random mask
)
def test_a_close_between_fragments_is_a_closing_like_any_other(parser: Parser, received: bytes, echo: bytes) -> None:
    assert receive(parser, text("a", fin=False), received) == [echo]
    assert parser.ended
    assert parser.ending[0] in (1000, 1005)


def test_our_close_then_the_clients(parser: Parser) -> None:
    assert parser.close(3001, "shutdown") == closing(3001, "shutdown")
    assert not parser.idle
    assert not parser.ended
    assert receive(parser, text("a"), close(3001)) == [Message(b"a", False)]
    assert parser.ended


def test_our_close_while_the_clients_is_being_read(parser: Parser) -> None:
    received = parser.receive(text("a") + close(1000))
    assert next(received) == Message(b"a", False)
    assert parser.close(3500, "invalid token") == closing(3500, "invalid token")


def test_a_long_reason_is_cut_at_a_character(parser: Parser) -> None:
    sent = parser.close(3501, "и" * 100)
    assert sent[1] == 2 + 122
    assert sent[4:].decode() == "и" * 61


def test_a_lent_parser_comes_back() -> None:
    parsers = Parsers(1000, 5)
    parser = parsers.lend()
    other = parsers.lend()
    assert other is not parser
    parsers.give_back(parser)
    assert parsers.lend() is parser


def test_few_spare_parsers_are_kept() -> None:
    parsers = Parsers(1000, 5)
    for parser in [parsers.lend() for _ in range(100)]:
        parsers.give_back(parser)
    assert len(parsers._spare) == 16


def test_frames_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        parser = Parser(max_size=1000, fragment_limit=5)
        receive(parser, text("canary"), frame(Opcode.TEXT, b"canary\xff"))
    assert "canary" not in caplog.text
