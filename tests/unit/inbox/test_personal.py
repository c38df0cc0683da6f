"""What a batch finds of personal items, in whatever order the database gave them."""

from __future__ import annotations

from itertools import permutations

from fanwire.inbox.personal import PersonalItem, PersonalItems

A, B, C = (PersonalItem("anna", name, gseq, collapse_key="k") for gseq, name in enumerate("abc", 1))


def test_the_newest_under_a_key_is_the_one_with_the_highest_place() -> None:
    for order in permutations((A, B, C)):
        items = PersonalItems()
        for item in order:
            items.load(item)
        assert items.newest_under("anna", "k") is C
        assert items.newest_under("boris", "k") is None


def test_a_withdrawn_item_is_spent_under_its_key_or_its_id() -> None:
    items = PersonalItems()
    named = PersonalItem("anna", "d", 4, natural_key="TIP_RECEIVED:1", collapse_key="k")
    for item in (A, named):
        items.load(item)
    items.withdraw(named)
    assert items.newest_under("anna", "k") is None
    assert items.named("anna", "TIP_RECEIVED:1") is None
    assert items.knows("anna", "TIP_RECEIVED:1")
    items.withdraw(A)
    assert items.spent == [("anna", "TIP_RECEIVED:1"), ("anna", "a")]
