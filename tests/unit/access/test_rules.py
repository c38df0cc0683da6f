"""Every rule of who may read ``post:{id}``."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fanwire.access.directory import PostFacts
from fanwire.access.facts import Grant
from fanwire.access.rules import TIERS, Allowed, Denied, decide, resources

SOON, LATER = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
OPEN = PostFacts("anna", locked=False)
LOCKED = PostFacts("anna", locked=True)
PREMIUM = PostFacts("anna", locked=True, tier="premium")
UNKNOWN_LOCK = PostFacts("anna", locked=None)
UNKNOWN_TIER = PostFacts("anna", locked=True, tier="gold")
SUBSCRIBED, BOUGHT = "creator:anna", "post:7"


@pytest.mark.parametrize(
    ("user", "post", "grants", "rule"),
    [
        ("", OPEN, {}, "post-open"),
        ("clara", OPEN, {}, "post-open"),
        ("anna", LOCKED, {}, "post-author"),
        ("anna", UNKNOWN_LOCK, {}, "post-author"),
        ("boris", LOCKED, {SUBSCRIBED: Grant()}, "post-subscriber"),
        ("boris", LOCKED, {SUBSCRIBED: Grant("gold")}, "post-subscriber"),
        ("boris", UNKNOWN_LOCK, {SUBSCRIBED: Grant("basic")}, "post-subscriber"),
        ("boris", UNKNOWN_LOCK, {BOUGHT: Grant()}, "post-buyer"),
        ("boris", UNKNOWN_TIER, {BOUGHT: Grant()}, "post-buyer"),
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
        ("", PostFacts("", locked=True), {}, "post-locked"),  # a post of nobody is not anonymous visitors' own
        ("clara", LOCKED, {}, "post-locked"),
        ("clara", UNKNOWN_LOCK, {}, "post-lock-unknown"),
        ("clara", LOCKED, {"creator:boris": Grant(), "post:8": Grant()}, "post-locked"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant("basic")}, "post-tier"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant(None)}, "post-tier"),
        ("boris", PREMIUM, {SUBSCRIBED: Grant("gold")}, "post-tier"),
        ("boris", UNKNOWN_TIER, {SUBSCRIBED: Grant("vip")}, "post-tier-unknown"),
        ("boris", LOCKED, {"creator:7": Grant(), "post:anna": Grant()}, "post-locked"),
        ("anna", None, {}, "post-unknown"),
        ("boris", PostFacts("anna", locked=True, deleted=True), {BOUGHT: Grant()}, "post-unknown"),
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


def test_a_subscription_of_too_low_a_tier_adds_nothing_to_a_purchase() -> None:
    decision = decide("boris", "7", PREMIUM, {SUBSCRIBED: Grant("basic"), BOUGHT: Grant(None, SOON)})
    assert decision == Allowed("post-buyer", SOON)


@pytest.mark.parametrize("has", TIERS)
@pytest.mark.parametrize("needed", TIERS)
def test_a_higher_tier_includes_the_lower_ones(has: str, needed: str) -> None:
    decision = decide("boris", "7", PostFacts("anna", locked=True, tier=needed), {SUBSCRIBED: Grant(has)})
    assert isinstance(decision, Allowed) is (list(TIERS).index(has) >= list(TIERS).index(needed))


def test_an_open_post_and_its_author_have_no_end() -> None:
    ending = {SUBSCRIBED: Grant("vip", SOON), BOUGHT: Grant(None, SOON)}
    assert decide("boris", "7", OPEN, ending) == Allowed("post-open")
    assert decide("anna", "7", LOCKED, ending) == Allowed("post-author")


def test_the_hint_says_what_to_grant() -> None:
    low = decide("boris", "7", PREMIUM, {SUBSCRIBED: Grant("basic")})
    assert isinstance(low, Denied)
    assert "grant_access('boris', 'creator:anna', tier='premium')" in low.hint
    closed = decide("", "7", LOCKED, {})
    assert isinstance(closed, Denied)
    assert "anonymous" in closed.hint and "'creator:anna'" in closed.hint and "'post:7'" in closed.hint


def test_what_decide_wants_to_know_of() -> None:
    assert resources("7", LOCKED) == (BOUGHT, SUBSCRIBED, "block:anna")


BLOCKED, FREE = {"block:anna": Grant(kind="block")}, {"block:anna": Grant(kind="unblock", since=7)}


@pytest.mark.parametrize("post", [OPEN, LOCKED, UNKNOWN_LOCK])
def test_a_block_outweighs_everything_but_being_the_author(post: PostFacts) -> None:
    decision = decide("boris", "7", post, {SUBSCRIBED: Grant("vip"), BOUGHT: Grant(), **BLOCKED})
    assert isinstance(decision, Denied)
    assert (decision.rule, "unblock_user" in decision.hint) == ("blocked", True)
    assert isinstance(decide("anna", "7", post, BLOCKED), Allowed)


def test_after_an_unblock_what_was_granted_counts_again_from_then_on() -> None:
    assert decide("boris", "7", OPEN, FREE) == Allowed("post-open", since=7)
    assert decide("boris", "7", LOCKED, {BOUGHT: Grant(since=3), **FREE}) == Allowed("post-buyer", since=7)
    assert decide("boris", "7", LOCKED, {BOUGHT: Grant(since=9), **FREE}) == Allowed("post-buyer", since=9)
    assert isinstance(decide("boris", "7", LOCKED, FREE), Denied)


def test_access_began_with_the_earlier_of_two_grants_that_open() -> None:
    both = {SUBSCRIBED: Grant("vip", since=5), BOUGHT: Grant(since=8)}
    assert decide("boris", "7", PREMIUM, both).since == 5  # type: ignore[union-attr]
    too_low = {SUBSCRIBED: Grant("basic", since=5), BOUGHT: Grant(since=8)}
    assert decide("boris", "7", PREMIUM, too_low).since == 8  # type: ignore[union-attr]


def test_only_who_was_granted_access_waits_when_the_node_is_blind() -> None:
    for decision, locked in (
        (decide("boris", "7", LOCKED, {BOUGHT: Grant()}), True),
        (decide("boris", "7", LOCKED, {SUBSCRIBED: Grant()}), True),
        (decide("boris", "7", OPEN, {}), False),
        (decide("anna", "7", LOCKED, {}), False),
    ):
        assert isinstance(decision, Allowed)
        assert decision.locked is locked
