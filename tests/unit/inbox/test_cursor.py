"""A cursor works for whom it was made, and is refused in any other form."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanwire.errors import BadCursor, FanwireError
from fanwire.inbox import cursor

BIGGEST = 2**63 - 1


@given(st.text(st.characters(codec="utf-8"), max_size=20), st.integers(0, BIGGEST))
def test_a_cursor_gives_its_place_back_to_its_user(user: str, gseq: int) -> None:
    assert cursor.decode(user, cursor.encode(user, gseq)) == gseq


@given(st.integers(0, BIGGEST), st.integers(0, 15), st.characters(codec="ascii"))
def test_a_changed_cursor_is_refused(gseq: int, place: int, letter: str) -> None:
    good = cursor.encode("boris", gseq)
    changed = good[:place] + letter + good[place + 1 :]
    if changed != good:
        with pytest.raises(BadCursor):
            cursor.decode("boris", changed)


@given(st.text(max_size=40))
def test_no_text_makes_another_error(text: str) -> None:
    with pytest.raises(BadCursor, match="without a cursor"):
        cursor.decode("boris", text)


def test_a_cursor_of_somebody_else_is_refused() -> None:
    with pytest.raises(BadCursor):
        cursor.decode("boris", cursor.encode("clara", 7))


def test_a_place_that_no_database_holds_is_refused() -> None:
    number = (BIGGEST + 1).to_bytes(8, "big")
    forged = urlsafe_b64encode(number + cursor._check("boris", number)).decode()
    with pytest.raises(BadCursor):
        cursor.decode("boris", forged)


def test_callers_may_catch_it_either_way() -> None:
    assert issubclass(BadCursor, FanwireError)
    assert issubclass(BadCursor, ValueError)
