"""The JSON form: what is read, what is refused, what is written and what is left out."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from fanwire.errors import BadCommand, InappropriateProtocol
from fanwire.realtime.protocol import model
from fanwire.realtime.protocol.json_codec import JsonCodec
from fanwire.realtime.protocol.model import Kind, Reply
from fanwire.realtime.protocol.stream import ClientInfo, Publication

CODEC = JsonCodec()


def encoded(reply: Reply) -> object:
    return json.loads(CODEC.encode(reply))


# --- reading


def test_commands_are_separated_by_newlines_and_keep_their_order() -> None:
    commands = CODEC.decode(b'{"id":1,"ping":{}}\n{"id":2,"rpc":{"method":"x"}}\n{}')
    assert [(command.id, command.kind) for command in commands] == [(1, Kind.PING), (2, Kind.RPC), (0, Kind.PONG)]


def test_one_trailing_newline_is_no_command() -> None:
    assert len(CODEC.decode(b'{"id":1,"ping":{}}\n')) == 1


def test_unknown_fields_are_ignored() -> None:
    [command] = CODEC.decode(b'{"id":1,"subscribe":{"channel":"c","someday":[1]},"profile":{}}')
    assert command.subscribe is not None
    assert command.subscribe.channel == "c"


def test_raw_payloads_are_kept_as_they_are() -> None:
    [command] = CODEC.decode(b'{"id":1,"publish":{"channel":"c","data":{"b": 1,  "a":[]}}}')
    assert command.publish is not None
    assert bytes(command.publish.data) == b'{"b": 1,  "a":[]}'


def test_an_absent_payload_is_empty() -> None:
    [command] = CODEC.decode(b'{"id":1,"rpc":{}}')
    assert command.rpc is not None
    assert bytes(command.rpc.data) == b""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n{}",
        b"{}\n\n{}",
        b"{",
        b"null",
        b"[]",
        b"1",
        b'{"id":"1"}',
        b'{"id":-1}',
        b'{"id":4294967296}',
        b'{"id":1,"connect":[]}',
        b'{"id":1,"subscribe":{"channel":1}}',
        b'{"id":1,"subscribe":{"offset":-1}}',
        b'{"id":1,\n"ping":{}}',
        b'{"id":1}{"id":2}',
        b'{"id":1,"subscribe":{"channel":"\xff"}}',
        b'{"id":1,"rpc":{"data":{"a":nul}}}',
        b'{"id":1,"rpc":{"data":' + b"[" * 60_000 + b"}",
    ],
)
def test_what_is_no_command_is_refused(data: bytes) -> None:
    with pytest.raises(BadCommand):
        CODEC.decode(data)


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(BadCommand) as refusal:
        CODEC.decode(b'{"id":1,"connect":{"token":["secret-token"]}}')
    assert "secret-token" not in str(refusal.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_commands_or_refused(data: bytes) -> None:
    try:
        commands = CODEC.decode(data)
    except BadCommand:
        return
    assert all(isinstance(command, model.Command) for command in commands)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (b'{"id":1,"subscribe":{},"connect":{}}', Kind.CONNECT),
        (b'{"id":1,"connect":null,"subscribe":{}}', Kind.SUBSCRIBE),
        (b'{"id":1,"sub_refresh":{},"refresh":{}}', Kind.REFRESH),
        (b'{"id":1}', Kind.UNKNOWN),
        (b"{}", Kind.PONG),
        (b'{"subscribe":{}}', Kind.PONG),
        (b'{"send":{}}', Kind.SEND),
    ],
)
def test_the_first_request_that_is_set_counts(command: bytes, kind: Kind) -> None:
    assert CODEC.decode(command)[0].kind is kind


# --- writing


def test_zero_values_are_left_out() -> None:
    assert encoded(Reply()) == {}
    assert encoded(Reply(id=1, subscribe=model.SubscribeResult())) == {"id": 1, "subscribe": {}}
    assert encoded(Reply(id=1, error=model.Error(103, "permission denied"))) == {
        "id": 1,
        "error": {"code": 103, "message": "permission denied"},
    }


def test_the_exceptions_are_always_there() -> None:
    assert encoded(Reply(presence=model.PresenceResult({}))) == {"presence": {"presence": {}}}
    assert encoded(Reply(presence_stats=model.PresenceStatsResult(0, 0))) == {
        "presence_stats": {"num_clients": 0, "num_users": 0}
    }
    assert encoded(Reply(history=model.HistoryResult([], "", 0))) == {
        "history": {"publications": [], "epoch": "", "offset": 0}
    }
    assert encoded(Reply(push=model.Push("c", join=model.Join(ClientInfo("", ""))))) == {
        "push": {"channel": "c", "join": {"info": {"user": "", "client": ""}}}
    }
    assert encoded(Reply(connect=model.ConnectResult("c", "v"))) == {"connect": {"client": "c", "version": "v"}}


@pytest.mark.parametrize("field", ["unsubscribe", "publish"])
def test_empty_results_are_present(field: str) -> None:
    result = {"unsubscribe": model.UnsubscribeResult(), "publish": model.PublishResult()}[field]
    assert encoded(Reply(id=7, **{field: result})) == {"id": 7, field: {}}  # type: ignore[arg-type]


def test_newlines_inside_payloads_are_stripped() -> None:
    assert bytes(CODEC.raw(b'{\n"a": "x\\ny"\n}')) == b'{"a": "x\\ny"}'


@pytest.mark.parametrize("payload", [b"", b"\x00", b'"\xff"', b"{", b"text", b"[" * 60_000])
def test_a_payload_that_is_no_json_is_inappropriate(payload: bytes) -> None:
    with pytest.raises(InappropriateProtocol):
        CODEC.raw(payload)


def test_a_publication_carries_what_it_has() -> None:
    info = ClientInfo("anna", "c1", conn_info=Raw(b"1"))
    push = CODEC.push_head("a:b") + CODEC.push_tail(Publication(b"[1]", 2, info, {"k": "v"}, version=9), "epoch")
    assert json.loads(push) == {
        "push": {
            "channel": "a:b",
            "pub": {
                "data": [1],
                "offset": 2,
                "info": {"user": "anna", "client": "c1", "conn_info": 1},
                "tags": {"k": "v"},
            },
        }
    }


def test_only_the_first_publication_of_a_stream_says_its_epoch() -> None:
    assert CODEC.publication(Publication(b"1", 1), "epoch").epoch == "epoch"
    assert CODEC.publication(Publication(b"1", 2), "epoch").epoch == ""
    assert CODEC.publication(Publication(b"1", 0), "").epoch == ""


@given(channel=st.text(), data=st.recursive(st.none() | st.integers(-9, 9) | st.text(), st.lists))
def test_a_push_is_one_line_of_json_whatever_it_carries(channel: str, data: object) -> None:
    payload = json.dumps(data, indent=1).encode()
    push = CODEC.push_head(channel) + CODEC.push_tail(Publication(payload), "")
    assert b"\n" not in push
    assert msgspec.json.decode(push) == {"push": {"channel": channel, "pub": {"data": data}}}
