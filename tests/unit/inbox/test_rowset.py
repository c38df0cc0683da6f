"""Rows travel as one value, moments in UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from fanwire.inbox.rowset import moment, packed


def test_rows_are_one_json_array() -> None:
    rows = [{"user_id": "анна", "natural_key": None, "metadata": {"a": [1, True]}}]
    assert json.loads(packed(iter(rows))) == rows


def test_a_moment_is_written_in_utc_with_microseconds() -> None:
    moscow = timezone(timedelta(hours=3))
    assert moment(datetime(2027, 1, 1, 2, 0, 0, 7, tzinfo=moscow)) == "2026-12-31 23:00:00.000007"
    assert moment(datetime(2027, 1, 1, tzinfo=UTC)) == "2027-01-01 00:00:00.000000"
