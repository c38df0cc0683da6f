"""Times in request bodies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

# No business of ours is outside of this; PostgreSQL and Python disagree about the ends of time.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_HOW = "give an ISO 8601 time with its zone, such as 2026-03-08T09:00:00Z"


def _read(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError(_HOW)
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(_HOW)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(_HOW) from None
    if not _FIRST <= moment <= _LAST:
        raise ValueError(f"give a time between {_FIRST.year} and {_LAST.year}")
    return moment


# An aware time, in UTC.
Moment = Annotated[datetime, BeforeValidator(_read)]
