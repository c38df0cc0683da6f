"""Who may read what is behind a lock."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from fanwire.access.facts import Grant
from fanwire.access.rules import TIERS
from fanwire.platform.access import may_read
from fanwire.platform.posts import Post

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def post(*, locked: bool, tier: str | None = None) -> Post:
    return Post("p1", "anna", "t", "c", [], locked, tier, None, NOW)


@pytest.mark.parametrize("viewer", [None, "anna", "boris"])
def test_an_open_post_is_open_to_all_whatever_tier_it_names(viewer: str | None) -> None:
    assert may_read(post(locked=False, tier="vip"), viewer, {})


def test_a_locked_post_is_open_to_its_author_and_closed_to_others() -> None:
    assert may_read(post(locked=True, tier="vip"), "anna", {})
    assert not may_read(post(locked=True), "boris", {})
    assert not may_read(post(locked=True), None, {})
    assert not may_read(post(locked=True), "boris", {"creator:clara": Grant("vip")})


@pytest.mark.parametrize(("held", "needed"), list(product(TIERS, (None, *TIERS))))
def test_a_tier_opens_itself_and_what_is_below(held: str, needed: str | None) -> None:
    expected = needed is None or TIERS[held] >= TIERS[needed]
    assert may_read(post(locked=True, tier=needed), "boris", {"creator:anna": Grant(held)}) is expected


def test_a_purchase_opens_one_post_whatever_its_tier() -> None:
    assert may_read(post(locked=True, tier="vip"), "boris", {"post:p1": Grant()})
    assert not may_read(post(locked=True), "boris", {"post:p2": Grant()})
