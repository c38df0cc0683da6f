"""The state of one user while something is applied to it."""

from __future__ import annotations

import msgspec

from fanwire.frames.notifications import Counts


class Reader(msgspec.Struct):
    """``personal`` and ``audience`` are the unread items of each kind.

    What is at or below ``read_gseq`` is read, what is at or below ``clear_gseq`` is not listed any more
    (``clear_gseq`` is never the higher one).
    """

    user: str
    version: int
    personal: int
    read_gseq: int
    clear_gseq: int
    audience: int = 0
    changed: bool = False
    cleared: bool = False

    def next(self, position: int) -> Counts:
        """The next version of the state, and its counts with all events up to ``position``: one for each frame."""
        self.version += 1
        self.changed = True
        return Counts(self.personal + self.audience, self.version, position)

    def clear(self, gseq: int) -> None:
        """All up to ``gseq`` is read and off the list; nothing may be above it."""
        self.read_gseq = self.clear_gseq = gseq
        self.personal = self.audience = 0
        self.changed = self.cleared = True
