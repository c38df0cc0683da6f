"""What every event refuses: text and numbers that no database keeps."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from fanwire.payloads import Notification, NotifyNewPost, Post, SendNotification


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "back\\slash\\\x00"])
def test_the_character_zero_is_refused_wherever_it_stands(text: str) -> None:
    with pytest.raises(ValidationError, match=r"U\+0000"):
        NotifyNewPost(post=Post(id="1", creator_id="anna", content=text))
    deep = Notification(type="X", title="t", metadata={"list": [{"key": text}]})
    with pytest.raises(ValidationError, match=r"U\+0000"):
        SendNotification(user_id="anna", notification=deep)


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "u0000", "\x01\n\t", "😀"])
def test_what_only_looks_like_it_passes(text: str) -> None:
    told = Notification(type="X", title=text, metadata={"key": text})
    assert SendNotification(user_id="anna", notification=told).to_json()["notification"]["title"] == text


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_json_has_not_are_refused_wherever_they_stand(number: float) -> None:
    with pytest.raises(ValidationError, match="finite number"):
        Notification(type="X", title="t", metadata={"list": [{"key": number}]})
    with pytest.raises(ValidationError, match="finite number"):
        Post(id="1", creator_id="anna", price=number)
