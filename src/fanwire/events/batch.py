"""Several events built together: those that do not fit leave a failed receipt in their place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fanwire.errors import InvalidEvent
from fanwire.events.building import build
from fanwire.events.outcome import entry_for, refused
from fanwire.events.receipt import Receipt
from fanwire.outbox.writer import Entry
from fanwire.payloads import Event


class Batch:
    """Collects events; ``entries`` are those that can be sent."""

    def __init__(self, *, raises: bool) -> None:
        """``raises``: an argument that does not fit ends the whole batch with ``InvalidEvent``."""
        self.entries: list[Entry] = []
        self._raises = raises
        self._refused: dict[int, Receipt] = {}
        self._size = 0

    def add(self, model: type[Event], **values: Any) -> None:
        """Build one more event."""
        try:
            self.entries.append(entry_for(build(model, **values)))
        except InvalidEvent as error:
            self._refused[self._size] = refused(error, raises=self._raises)
        self._size += 1

    def receipts(self, sent: Iterable[Receipt]) -> list[Receipt]:
        """All receipts in the order of ``add``, given those of ``entries``."""
        others = iter(sent)
        return [self._refused.get(number) or next(others) for number in range(self._size)]
