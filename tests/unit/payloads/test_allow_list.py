"""What a payload lets in: rows of every shape, only named fields, only storable sizes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from fanwire.payloads import Comment, Notification, NotifyNewPost
from fanwire.payloads.notifications import MAX_METADATA


class Level(Enum):
    VIP = "vip"


@dataclass
class Row:
    id: UUID
    creator_id: int = 3
    min_subscription_tier: Level = Level.VIP
    price: Decimal = Decimal("4.50")
    password_hash: str = "secret"


def test_a_row_with_an_orms_own_types() -> None:
    event = NotifyNewPost.model_validate({"post": Row(UUID(int=7))})
    assert event.to_json() == {
        "post": {
            "id": "00000000-0000-0000-0000-000000000007",
            "creatorId": "3",
            "minSubscriptionTier": "vip",
            "price": 4.5,
        }
    }


@pytest.mark.parametrize("locked", [True, None])
def test_a_post_that_is_locked_or_does_not_say_gives_its_teaser(locked: bool | None) -> None:
    post = {"id": 1, "creatorId": "a", "title": "t", "content": "for buyers", "isLocked": locked, "images": ["x"]}
    assert "for buyers" not in str(NotifyNewPost.model_validate({"post": post}).post.public())


def test_an_anonymous_comment_carries_no_person() -> None:
    comment = Comment.model_validate({"id": 1, "userId": "u", "nickname": "n", "avatar": "a", "isAnonymous": True})
    assert set(comment.model_dump(exclude_none=True)) == {"id", "content", "is_anonymous"}


@pytest.mark.parametrize(("size", "fits"), [(MAX_METADATA, True), (MAX_METADATA + 1, False)])
def test_metadata_has_a_limit_in_bytes(size: int, fits: bool) -> None:
    note: dict[str, Any] = {"type": "T", "title": "t", "metadata": {"x": "ж" * 100}}
    note["metadata"]["y"] = "z" * (size - len('{"x":"","y":""}') - 200)
    if fits:
        assert Notification.model_validate(note).metadata == note["metadata"]
    else:
        with pytest.raises(ValidationError, match="at most 8192"):
            Notification.model_validate(note)


@pytest.mark.parametrize("bad", ["", "two words", "ключ", "a" * 129, "line\n", None, 1.5, True])
def test_an_id_is_one_printable_word(bad: Any) -> None:
    with pytest.raises(ValidationError):
        NotifyNewPost.model_validate({"post": {"id": bad, "creatorId": "a"}})
