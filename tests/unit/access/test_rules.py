"""Every rule of who may read ``post:{id}``."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fanwire.access.directory import PostFacts
from fanwire.access.facts import Grant
from fanwire.access.rules import Allowed, Denied, decide

SOON, LATER = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
OPEN = PostFacts("anna", locked=False)
LOCKED = PostFacts("anna", locked=True)
PREMIUM = PostFacts("anna", locked=True, tier="premium")
UNKNOWN_LOCK = PostFacts("anna", locked=None)
SUBSCRIBED, BOUGHT = "creator:anna", "post:7"


@pytest.mark.parametrize(
    ("user", "post", "grants", "rule"),
    [
        ("", OPEN, {}, "post-open"),
        ("clara", OPEN, {}, "post-open"),
        ("anna", LOCKED, {}, "post-author"),
        ("anna", UNKNOWN_LOCK, {}, "post-author"),
        ("boris", LOCKED, {SUBSCRIBED: Grant()}, "post-subscriber"),
        ("boris", LOCKED, {BOUGHT: Grant()}, "post-buyer"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant("premium")}, "post-subscriber"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant("vip")}, "post-subscriber"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant("basic"), BOUGHT: Grant()}, "post-buyer"),
    ],
)
def test_allowed(user: str, post: PostFacts, grants: dict[str, Grant], rule: str) -> None:
    decision = decide(user, "7", post, grants)
    assert isinstance(decision, Allowed)
    assert decision.rule == rule


@pytest.mark.parametrize(
    ("user", "post", "grants", "rule"),
    [
        ("", LOCKED, {}, "post-locked"),
        ("clara", LOCKED, {}, "post-locked"),
        ("clara", UNKNOWN_LOCK, {}, "post-lock-unknown"),
        ("clara", LOCKED, {"creator:boris": Grant(), "post:8": Grant()}, "post-locked"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant("basic")}, "post-tier"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant(None)}, "post-tier"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant("gold")}, "post-tier"),
        ("boris", PostFacts("anna", locked=True, tier="gold"), {SUBSCRIBED: Grant("vip")}, "post-tier-unknown"),
        ("anna", None, {}, "post-unknown"),
        ("anna", PostFacts("anna", locked=False, deleted=True), {}, "post-unknown"),
    ],
)
def test_denied_with_what_to_change(user: str, post: PostFacts | None, grants: dict[str, Grant], rule: str) -> None:
    decision = decide(user, "7", post, grants)
    assert isinstance(decision, Denied)
    assert decision.rule == rule
    assert decision.hint


def test_access_lasts_as_long_as_the_longer_of_two_grants() -> None:
    for subscription, purchase, end in ((SOON, LATER, LATER), (LATER, SOON, LATER), (SOON, None, None)):
        decision = decide("boris", "7", LOCKED, {SUBSCRIBED: Grant("vip", subscription), BOUGHT: Grant(None, purchase)})
        assert isinstance(decision, Allowed)
        assert decision.until == end
