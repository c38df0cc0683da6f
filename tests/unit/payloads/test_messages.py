"""Messages on their way: what is sold leaves its text at home."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from fanwire.frames import messages
from fanwire.payloads import NotifyMessageRead, NotifyMessageUnlocked, NotifyNewMessage, UpdateUnreadMessages

CANARY = "канарейка"


@dataclass
class Row:
    id: int = 7
    sender_id: str = "anna"
    content: str = CANARY
    price: int | None = None
    currency: str | None = None
    ip_address: str = "203.0.113.7"


def new(**fields: Any) -> NotifyNewMessage:
    return NotifyNewMessage.model_validate({"conversationId": "c1", "message": Row(**fields)})


@pytest.mark.parametrize("price", [None, 0])
def test_a_free_message_carries_its_text_and_no_column_that_is_not_named(price: int | None) -> None:
    draft = messages.created(new(price=price))
    assert draft.channel == "conversation:c1"
    assert draft.data["message"]["content"] == CANARY
    assert draft.data["message"]["isLocked"] is False
    assert "203.0.113.7" not in json.dumps(new().to_json())


def test_one_with_a_price_is_stored_and_told_without_its_text() -> None:
    event = new(price=100, currency="RUB")
    assert event.to_json() == {
        "conversationId": "c1",
        "message": {"id": "7", "senderId": "anna", "price": 100, "currency": "RUB"},
    }
    assert messages.created(event).data == {
        "type": "message_created",
        "conversationId": "c1",
        "message": {"id": "7", "senderId": "anna", "price": 100, "currency": "RUB", "isLocked": True},
    }


def test_the_buyer_alone_gets_the_text() -> None:
    event = NotifyMessageUnlocked.model_validate(
        {"userId": "boris", "conversationId": "c1", "message": Row(price=100, currency="RUB")}
    )
    draft = messages.unlocked(event)
    assert (draft.channel, draft.data["message"]["content"]) == ("feed:boris", CANARY)
    assert event.ordering_key() == "feed:boris"


def test_the_read_state_and_the_total() -> None:
    read = messages.read(NotifyMessageRead(conversation_id="c1", user_id="anna", up_to="7"))
    assert read.channel == "conversation:c1"
    assert read.data == {"type": "message_read", "conversationId": "c1", "userId": "anna", "upTo": "7"}
    unread = messages.unread(UpdateUnreadMessages(user_id="anna", total=3), 42)
    assert (unread.channel, unread.data) == (
        "feed:anna",
        {"type": "unread_messages", "unreadMessages": 3, "version": 42},
    )


@pytest.mark.parametrize(
    "fields", [{"price": -1}, {"price": 9.99}, {"currency": "rub"}, {"content": "x" * 20_001}, {"sender_id": "a b"}]
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        new(**fields)
    with pytest.raises(ValidationError):
        UpdateUnreadMessages(user_id="anna", total=-1)
