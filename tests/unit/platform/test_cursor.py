"""Cursors come back as they went out, and nothing else is taken for one."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanwire.platform.cursor import Cursor, decode
from fanwire.platform.problems import Invalid

IDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=128)


@given(st.datetimes(timezones=st.just(UTC)), IDS)
def test_what_was_encoded_is_decoded(at: datetime, identifier: str) -> None:
    assert decode(Cursor(at, identifier).encode()) == (at, identifier)


def test_none_is_the_first_page() -> None:
    assert decode(None) is None


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "курсор",
        "\x00",
        "====",
        encoded("nonsense"),
        encoded("2027-01-01T00:00:00 p1"),
        encoded("2027-13-01T00:00:00+00:00 p1"),
        encoded("2027-01-01T00:00:00+00:00"),
        encoded("2027-01-01T00:00:00+00:00 a\x00b"),
        encoded(f"{datetime.min.replace(tzinfo=timezone(timedelta(hours=5))).isoformat()} p1"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Invalid, match="leave it out"):
        decode(text)


@given(st.text(max_size=60))
def test_no_text_is_worse_than_refused(text: str) -> None:
    try:
        decode(text)
    except Invalid as refused:
        assert refused.errors[0].field == "query.cursor"
