"""From which id the relay looks for rows, so that dead row versions below it cost nothing.

Ids are taken before commit, so a low one may appear late: "id > last" would skip it, and a floor that rises too
early would let a later event of the same user overtake it. The floor therefore rises only past ids whose
transactions are known to have ended: at a full scan, with a snapshot whose ``xmin`` has passed everything that
was running when those ids were already old.
"""

from __future__ import annotations

from typing import NamedTuple


class Snapshot(NamedTuple):
    """PostgreSQL's ``pg_current_snapshot()``: all below ``xmin`` have ended, all from ``xmax`` on began later."""

    xmin: int
    xmax: int


class Floor:
    """The scan's lower bound (inclusive). SQLite needs none: its writers take turns, so 0 is as fast."""

    def __init__(self, full_scan_interval: float) -> None:
        """``full_scan_interval`` is in seconds. It must be longer than one INSERT takes from its id to its row."""
        self._interval = full_scan_interval
        self._scanned = float("-inf")
        self._highest = 0
        self._settled_highest = 0
        self._pending: tuple[int, int] | None = None
        self.id = 0

    def full_scan_due(self, now: float) -> bool:
        """The next scan must be one of everything, begun after a snapshot that ``scanned`` is then told."""
        return now - self._scanned >= self._interval

    def saw(self, highest: int) -> None:
        """A row with this id was claimed."""
        self._highest = max(self._highest, highest)

    def scanned(self, now: float, snapshot: Snapshot, reach: float) -> None:
        """A scan from 0, begun after ``snapshot`` was taken, has claimed every row it could see up to ``reach``."""
        self._scanned = now
        if self._pending is not None and snapshot.xmin >= self._pending[1] and reach >= self._pending[0]:
            self.id = self._pending[0] + 1
            self._pending = None
        if self._pending is None:
            # Ids known one interval ago: whoever took one has its transaction id by now, below this xmax.
            self._pending = (self._settled_highest, snapshot.xmax)
            self._settled_highest = self._highest
