"""What the models of requests say beyond their types."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from fanwire.access.rules import TIERS
from fanwire.payloads.posts import Tier as EventTier
from fanwire.platform.idempotency import fingerprint
from fanwire.platform.requests import Body, NewPayment, NewPost, NotificationChange, SettingsChange, Tier


@pytest.mark.parametrize(
    ("fields", "locked"),
    [
        ({}, False),
        ({"isLocked": None}, False),
        ({"isLocked": True}, True),
        ({"minSubscriptionTier": "basic"}, True),
        ({"price": 1}, True),
        ({"price": 0}, False),
        ({"isLocked": False, "minSubscriptionTier": "vip", "price": 5}, False),
    ],
)
def test_paid_content_is_never_opened_by_omission(fields: dict[str, Any], locked: bool) -> None:
    assert NewPost.model_validate({"title": "t", "content": "c", **fields}).locked is locked


def test_settings_tell_what_was_sent_from_what_was_not() -> None:
    assert SettingsChange.model_validate({"avatar": None}).model_dump(exclude_unset=True) == {"avatar": None}
    with pytest.raises(ValidationError, match="nothing to change"):
        SettingsChange.model_validate({})


def test_a_notification_change_says_one_thing() -> None:
    for body in ({}, {"notificationId": "n", "markAllAsRead": True}, {"upTo": 3}):
        with pytest.raises(ValidationError, match="send either"):
            NotificationChange.model_validate(body)


def test_only_a_payment_may_carry_what_we_do_not_know() -> None:
    assert NewPayment.model_validate({"creatorId": "anna", "amount": 5}).tier == "basic"
    with pytest.raises(ValidationError):
        NewPost.model_validate({"title": "t", "content": "c", "tags": []})


def test_a_fingerprint_is_of_what_was_said_not_of_how() -> None:
    def post(**fields: Any) -> Body:
        return NewPost.model_validate(fields)

    one = fingerprint(post(title="t", content="c", price=5))
    assert fingerprint(post(price=5, content="c", title=" t ")) == one
    assert fingerprint(post(title="t", content="c", price=6)) != one
    assert fingerprint(None) == fingerprint(None) != one


def test_tiers_are_those_of_events_and_rules() -> None:
    assert get_args(EventTier)[0] == Tier
    assert Tier.__args__ == tuple(TIERS)  # type: ignore[attr-defined]
