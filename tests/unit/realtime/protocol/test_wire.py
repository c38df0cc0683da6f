"""The WebSocket JSON wire: finished frames, whole and in two pieces."""

from __future__ import annotations

import json

import pytest

from fanwire.errors import BadCommand, InappropriateProtocol
from fanwire.realtime.protocol.model import PublishResult, Reply
from fanwire.realtime.protocol.stream import Publication
from fanwire.realtime.protocol.wire import WEBSOCKET_JSON, choose
from tests.unit.realtime.peer import messages_of


def test_a_reply_is_one_unmasked_text_frame() -> None:
    assert WEBSOCKET_JSON.reply(Reply(id=1, publish=PublishResult())) == b'\x81\x15{"id":1,"publish":{}}'


def test_a_ping_is_an_empty_reply() -> None:
    assert WEBSOCKET_JSON.ping == b"\x81\x02{}"


@pytest.mark.parametrize("size", [1, 60, 100, 125, 126, 127, 65_535, 65_536])
def test_lengths_are_written_as_rfc_6455_has_them(size: int) -> None:
    data = json.dumps("x" * size).encode()
    [message] = messages_of(WEBSOCKET_JSON.publication("c", Publication(data), ""))
    assert json.loads(message)["push"]["pub"]["data"] == "x" * size


@pytest.mark.parametrize("channel", ["notifications:anna", 'odd "name"\\', "имя"])
def test_two_pieces_are_the_same_message_as_one(channel: str) -> None:
    publication = Publication(b'{"a":1}', tags={"k": "v"})
    whole = WEBSOCKET_JSON.publication(channel, publication, "")
    pieces = WEBSOCKET_JSON.opening(channel) + WEBSOCKET_JSON.shared(publication, "")
    assert messages_of(pieces) == messages_of(whole)


def test_the_shared_piece_does_not_depend_on_the_channel() -> None:
    shared = WEBSOCKET_JSON.shared(Publication(b"1"), "")
    pieces = WEBSOCKET_JSON.opening("a") + shared + WEBSOCKET_JSON.opening("a:long:one") + shared
    assert [json.loads(message)["push"]["channel"] for message in messages_of(pieces)] == ["a", "a:long:one"]


def test_a_binary_message_is_no_json() -> None:
    with pytest.raises(BadCommand):
        WEBSOCKET_JSON.commands(b"{}", binary=True)


def test_a_payload_that_is_no_json_is_refused_in_every_form() -> None:
    broken = Publication(b"\x00")
    for attempt in (
        lambda: WEBSOCKET_JSON.publication("c", broken, ""),
        lambda: WEBSOCKET_JSON.shared(broken, ""),
        lambda: WEBSOCKET_JSON.visible(broken, ""),
        lambda: WEBSOCKET_JSON.raw(b"\x00"),
    ):
        with pytest.raises(InappropriateProtocol):
            attempt()


@pytest.mark.parametrize(
    ("query", "subprotocol", "json_spoken"),
    [
        ("", "", True),
        ("format=json", "centrifuge-json", True),
        ("format=protobuf", "", False),
        ("x=1&cf_protocol=protobuf", "", False),
        ("", "centrifuge-protobuf", False),
    ],
)
def test_choose(query: str, subprotocol: str, json_spoken: bool) -> None:
    assert (choose(query, subprotocol) is WEBSOCKET_JSON) is json_spoken
