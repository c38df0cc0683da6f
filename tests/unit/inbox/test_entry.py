"""Rows are validated before anything is touched; a bad one is named without quoting what is in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from fanwire.errors import InvalidEvent
from fanwire.inbox.entry import read
from fanwire.payloads import UpdatePostLikes

NOW = datetime(2027, 1, 1, tzinfo=UTC)


class Row(msgspec.Struct, frozen=True):
    function: str
    payload: Any
    event_id: str = "e1"
    created_at: datetime = NOW


def test_a_good_row_becomes_its_event() -> None:
    entry = read(Row("update_post_likes", {"postId": 7, "userId": "boris", "liked": True, "secret": "x"}), 12)
    assert entry.event == UpdatePostLikes(post_id="7", user_id="boris", liked=True)
    assert (entry.event_id, entry.gseq, entry.created_at) == ("e1", 12, NOW)


@pytest.mark.parametrize(
    ("function", "payload", "named"),
    [
        ("send_notification", {"userId": "boris"}, ["notification: Field required"]),
        ("send_notification", {"notification": {"type": "lower", "title": 5}}, ["userId", "type", "title"]),
        ("update_post_likes", {"postId": "a b", "userId": "", "liked": "maybe"}, ["postId", "userId", "liked"]),
        ("update_post_likes", {"postId": "1", "userId": "x", "liked": True, "likesCount": -1}, ["likesCount"]),
        ("grant_access", {"userId": "boris", "resource": "planet:mars"}, ["resource"]),
        ("grant_access", {"userId": "b", "resource": "post:1", "until": "2027-01-01T00:00:00"}, ["until", "timezone"]),
        ("revoke_access", {"userId": "boris", "resource": "post:1", "reason": "because"}, ["reason"]),
        ("clear_notifications", [], ["payload"]),
        ("clear_notifications", "text", ["payload"]),
        ("clear_notifications", None, ["payload"]),
    ],
)
def test_a_bad_row_names_its_function_and_fields(function: str, payload: Any, named: list[str]) -> None:
    with pytest.raises(InvalidEvent, match=f"^{function}: ") as raised:
        read(Row(function, payload), 1)
    assert all(name in str(raised.value) for name in named)


def test_an_unknown_function_names_those_that_exist() -> None:
    with pytest.raises(InvalidEvent, match=r"unknown function 'drop_tables'; there are .*send_notification"):
        read(Row("drop_tables", {}), 1)


def test_what_is_in_a_bad_row_is_not_quoted() -> None:
    with pytest.raises(InvalidEvent) as raised:
        read(Row("send_notification", {"userId": "canary value", "notification": {"type": "canary"}}), 1)
    assert "canary" not in str(raised.value)
    assert raised.value.__cause__ is None
