"""Where a page ended, as the opaque text that the next request sends back: (time, id), so ties keep their order."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import NamedTuple

from fanwire.platform.problems import FieldProblem, Invalid


class Cursor(NamedTuple):
    """The last row of a page."""

    at: datetime
    id: str

    def encode(self) -> str:
        return base64.urlsafe_b64encode(f"{self.at.isoformat()} {self.id}".encode()).decode().rstrip("=")


def decode(text: str | None) -> Cursor | None:
    """Read a cursor; None means the first page.

    Raises:
        Invalid: it is not one that ``encode`` made.
    """
    if text is None:
        return None
    try:
        at, identifier = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").split(" ", 1)
        moment = datetime.fromisoformat(at)
        # A time without a zone would be read as the machine's own; one at the end of time overflows in UTC.
        if moment.tzinfo is None or not identifier.isprintable():
            raise not_ours()
        return Cursor(moment.astimezone(UTC), identifier)
    except (ValueError, OverflowError):
        raise not_ours() from None


def not_ours() -> Invalid:
    """The problem of a cursor that no page ended with."""
    return Invalid(
        "cursor: it is not one of ours; leave it out for the first page, then send back the nextCursor of the answer",
        [FieldProblem(field="query.cursor", message="not a cursor of this list")],
    )
