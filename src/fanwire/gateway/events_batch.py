"""Many events in one request: ``{"events": [{"function", "payload", "eventId"?}, ...]}``.

Those that fit are stored in one transaction, in their order. Each of the others is refused by itself: one bad event
must not take with it what other callers of the same tick had to say.
"""

from __future__ import annotations

from typing import Any

import msgspec
from pydantic import ValidationError

from fanwire.errors import FanwireError
from fanwire.gateway.event_reading import LONGEST_KEY, event_of, named, no_such_function
from fanwire.gateway.problems import Problem, invalid, problem
from fanwire.ids import IdMaker
from fanwire.outbox.writer import Entry
from fanwire.payloads import EVENTS


class TooManyEvents(FanwireError):
    """The batch has more events than one transaction should; nothing of it was stored."""


class Item(msgspec.Struct, rename="camel"):
    """One event as the request has it; ``eventId`` makes a repeat the same event."""

    function: str
    payload: Any = None
    event_id: str = ""


class _Body(msgspec.Struct):
    events: list[msgspec.Raw]


class Batch:
    """``entries`` are the events that can be stored; ``receipts`` is the whole answer."""

    def __init__(self, body: bytes, limit: int, make_id: IdMaker) -> None:
        """Raises: msgspec.MsgspecError when the body is no batch; TooManyEvents."""
        items = msgspec.json.decode(body, type=_Body).events
        if len(items) > limit:
            raise TooManyEvents(f"{len(items)} events in one request, at most {limit}; send them in several")
        self._make_id = make_id
        self._read = [self._item(raw) for raw in items]
        self.entries = [read for read in self._read if isinstance(read, Entry)]
        self.refused = len(self._read) - len(self.entries)

    def receipts(self, statuses: list[str]) -> list[dict[str, Any]]:
        """One per event, in their order; ``statuses`` are those of ``entries``."""
        rest = iter(statuses)
        return [_receipt(read, rest.__next__) for read in self._read]

    def _item(self, raw: msgspec.Raw) -> Entry | Problem:
        try:
            item = msgspec.json.decode(raw, type=Item)
            if item.function not in EVENTS:
                return problem(404, no_such_function(item.function))
            if len(item.event_id) > LONGEST_KEY:
                return problem(400, f"eventId has more than {LONGEST_KEY} characters")
            event = event_of(item.function, item.payload, bytes(raw))
        except (msgspec.MsgspecError, RecursionError) as error:
            return problem(400, str(error))
        except ValidationError as error:
            return invalid(error)
        return Entry(named(item.function, item.event_id) if item.event_id else self._make_id(), event)


def _receipt(read: Entry | Problem, status: Any) -> dict[str, Any]:
    if isinstance(read, Entry):
        return {"id": read.event_id, "status": status()}
    return {"status": "refused", "problem": read}
