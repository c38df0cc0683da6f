"""The test client's side of the protocol, line by line."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from fanwire.client.conversation import Conversation
from fanwire.client.happenings import Connected, Denied, Published, Subscribed, Unsubscribed


def sent(conversation: Conversation) -> list[dict[str, Any]]:
    commands = [json.loads(command) for command in conversation.to_send]
    conversation.to_send.clear()
    return commands


def hear(conversation: Conversation, *replies: object) -> list[Any]:
    return conversation.hear(b"\n".join(msgspec.json.encode(reply) for reply in replies))


def connected(conversation: Conversation, **result: Any) -> list[Any]:
    conversation.hello("t0ken")
    (command,) = sent(conversation)
    reply = {"id": command["id"], "connect": {"client": "c1", "version": "x", "ping": 25, "pong": True, **result}}
    return hear(conversation, reply)


def test_it_says_hello_with_its_token() -> None:
    conversation = Conversation(["post:1"])
    conversation.hello("t0ken")
    (command,) = sent(conversation)
    assert command["connect"]["token"] == "t0ken"
    assert command["connect"]["name"] == "fanwire"
    conversation.hello("")
    assert "token" not in sent(conversation)[0]["connect"]


def test_it_subscribes_once_connected_and_reports_what_the_server_subscribed() -> None:
    conversation = Conversation(["post:1", "post:1", "feed:u"])
    happenings = connected(conversation, subs={"feed:u": {"recoverable": True, "epoch": "e", "offset": 4}})
    assert happenings == [Connected("c1"), Subscribed("feed:u", 4, by_server=True)]
    assert [command["subscribe"] for command in sent(conversation)] == [{"channel": "post:1"}]
    assert conversation.ping == 25


def test_a_snapshot_travels_with_the_subscription() -> None:
    conversation = Conversation([])
    happenings = connected(conversation, subs={"notifications:u": {"data": {"unreadCount": 2}}})
    assert json.loads(happenings[1].data) == {"unreadCount": 2}


def test_publications_carry_offset_and_whether_they_were_recovered() -> None:
    conversation = Conversation(["post:1"])
    connected(conversation)
    number = sent(conversation)[0]["id"]
    result = {
        "recoverable": True,
        "epoch": "e",
        "offset": 1,
        "recovered": True,
        "was_recovering": True,
        "publications": [{"data": {"n": 2}, "offset": 2}],
    }
    happenings = hear(
        conversation,
        {"id": number, "subscribe": result},
        {"push": {"channel": "post:1", "pub": {"data": {"n": 3}, "offset": 3}}},
        {"push": {"channel": "other", "pub": {"data": 1}}},
    )
    assert happenings == [
        Subscribed("post:1", 1, was_recovering=True, recovered=True),
        Published("post:1", b'{"n":2}', 2, recovered=True),
        Published("post:1", b'{"n":3}', 3),
        Published("other", b"1"),
    ]


def test_it_comes_back_with_the_position_it_has_read_to() -> None:
    conversation = Conversation(["post:1"])
    connected(conversation, subs={"feed:u": {"recoverable": True, "epoch": "f", "offset": 7}, "notifications:u": {}})
    number = sent(conversation)[0]["id"]
    hear(
        conversation,
        {"id": number, "subscribe": {"recoverable": True, "epoch": "e", "offset": 1}},
        {"push": {"channel": "post:1", "pub": {"data": {}, "offset": 2}}},
        {"push": {"channel": "feed:u", "pub": {"data": {}, "offset": 8}}},
    )
    conversation.hello("t")
    (hello,) = sent(conversation)
    assert hello["connect"]["subs"] == {"feed:u": {"recover": True, "epoch": "f", "offset": 8}}
    hear(conversation, {"id": hello["id"], "connect": {"client": "c2", "subs": {"feed:u": {}, "notifications:u": {}}}})
    assert sent(conversation)[0]["subscribe"] == {"channel": "post:1", "recover": True, "epoch": "e", "offset": 2}


def test_pings_are_answered_only_if_the_server_asks_for_it() -> None:
    conversation = Conversation([])
    connected(conversation)
    hear(conversation, {})
    assert conversation.to_send == [b"{}"]
    conversation.to_send.clear()
    connected(conversation, pong=False)
    hear(conversation, {})
    assert conversation.to_send == []


def test_a_denial_is_told_and_not_asked_again() -> None:
    conversation = Conversation(["post:1"])
    connected(conversation)
    number = sent(conversation)[0]["id"]
    error = {"code": 103, "message": "permission denied"}
    assert hear(conversation, {"id": number, "error": error}) == [Denied("post:1", 103, "permission denied")]
    connected(conversation)
    assert sent(conversation) == []


def test_a_temporary_error_is_asked_again_at_the_next_connection() -> None:
    conversation = Conversation(["post:1"])
    connected(conversation)
    number = sent(conversation)[0]["id"]
    hear(conversation, {"id": number, "error": {"code": 100, "message": "x", "temporary": True}})
    connected(conversation)
    assert len(sent(conversation)) == 1


@pytest.mark.parametrize(("code", "again"), [(2000, 0), (2500, 1)])
def test_an_unsubscribe_from_2500_on_is_answered_by_subscribing_again(code: int, again: int) -> None:
    conversation = Conversation(["post:1"])
    connected(conversation)
    number = sent(conversation)[0]["id"]
    hear(conversation, {"id": number, "subscribe": {}})
    push = {"channel": "post:1", "unsubscribe": {"code": code, "reason": "r"}}
    assert hear(conversation, {"push": push}) == [Unsubscribed("post:1", code, "r")]
    assert len(sent(conversation)) == again


def test_later_server_side_subscriptions_are_followed() -> None:
    conversation = Conversation([])
    connected(conversation)
    assert hear(conversation, {"push": {"channel": "news", "subscribe": {"offset": 3}}}) == [
        Subscribed("news", 3, by_server=True)
    ]
    hear(conversation, {"push": {"channel": "news", "unsubscribe": {"code": 2500, "reason": ""}}})
    assert sent(conversation) == []


def test_a_token_that_ends_is_refreshed() -> None:
    conversation = Conversation([])
    connected(conversation, expires=True, ttl=60)
    assert conversation.refresh_in == 60
    conversation.refresh("n3w")
    (command,) = sent(conversation)
    assert command["refresh"] == {"token": "n3w"}
    hear(conversation, {"id": command["id"], "refresh": {"expires": True, "ttl": 90}})
    assert conversation.refresh_in == 90


def test_what_is_not_the_protocol_is_an_error() -> None:
    with pytest.raises(msgspec.MsgspecError):
        Conversation([]).hear(b"<html>")
    assert Conversation([]).hear(b'{"push": {"message": {}}}\n\n') == []
