"""Arguments into events: whatever shape a row has, and errors that name the field."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import pytest

from fanwire.errors import InvalidEvent
from fanwire.events.building import build, is_own_act
from fanwire.payloads import NotifyNewPost, Post, SendNotification

FIELDS: dict[str, Any] = {"id": 1, "creator_id": "anna", "is_locked": False, "secret": "x"}


class Struct(msgspec.Struct):
    id: int
    creator_id: str
    is_locked: bool
    secret: str


class Tuple(NamedTuple):
    id: int
    creator_id: str
    is_locked: bool
    secret: str


@pytest.mark.parametrize(
    "post",
    [
        FIELDS,
        {"id": 1, "creatorId": "anna", "isLocked": False, "secret": "x"},
        MappingProxyType(FIELDS),
        Struct(**FIELDS),
        Tuple(**FIELDS),
        Post(id="1", creator_id="anna", is_locked=False),
    ],
    ids=lambda post: type(post).__name__,
)
def test_rows_of_every_shape(post: Any) -> None:
    assert build(NotifyNewPost, post=post).to_json() == {"post": {"id": "1", "creatorId": "anna", "isLocked": False}}


def test_a_new_row_without_its_id_is_told_to_flush() -> None:
    with pytest.raises(InvalidEvent, match=r"notify_new_post: post\.id: .*after flush"):
        build(NotifyNewPost, post={**FIELDS, "id": None})


def test_an_attribute_that_cannot_be_read_is_named() -> None:
    class Expired:
        creator_id = "anna"

        @property
        def id(self) -> int:
            raise RuntimeError("greenlet_spawn has not been called")

    with pytest.raises(InvalidEvent, match=r"post\.id: .*greenlet_spawn"):
        build(NotifyNewPost, post=Expired())


def test_every_field_is_listed() -> None:
    with pytest.raises(InvalidEvent) as caught:
        build(SendNotification, user_id="two words", notification={"type": "x"})
    assert all(field in str(caught.value) for field in ("user_id", "notification.type", "notification.title"))


@pytest.mark.parametrize("note", [{"title": "a\0b"}, {"metadata": {"a": ["x", "\0"]}}, {"metadata": {"\0": 1}}])
def test_nul_is_refused_before_the_database_does(note: dict[str, Any]) -> None:
    """Its refusal would cost the caller's whole transaction."""
    with pytest.raises(InvalidEvent, match=r"send_notification: .*U\+0000"):
        build(SendNotification, user_id="u", notification={"type": "T", "title": "t", **note})


def test_text_that_only_looks_like_nul_passes() -> None:
    event = build(SendNotification, user_id="u", notification={"type": "T", "title": "\\u0000"})
    assert event.notification.title == "\\u0000"


@pytest.mark.parametrize(
    ("actor", "metadata", "own"),
    [
        (None, {}, False),
        ("7", {}, True),
        (7, {}, True),
        (None, {"userId": 7}, True),
        (None, {"userId": "8"}, False),
        ("8", {"userId": "7"}, False),  # the argument is the caller's word; metadata is for the client
    ],
)
def test_own_acts(actor: Any, metadata: dict[str, Any], own: bool) -> None:
    note = {"type": "LIKE_POST", "title": "t", "metadata": metadata}
    assert is_own_act(build(SendNotification, user_id=7, notification=note, actor=actor)) is own
