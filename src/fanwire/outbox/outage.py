"""An outage as the log shows it: one line when it begins, one when it ends, and tries that become rarer."""

from __future__ import annotations

import structlog

from fanwire.clock import Clock
from fanwire.outbox.failures import brief

FIRST_DELAY, LONGEST_DELAY = 0.05, 1.0

_log = structlog.get_logger()


class Outage:
    """Something the relay needs and cannot always reach; ``name`` is the log event's, like ``relay.database``."""

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._since: float | None = None
        self._delay = 0.0
        self._next = float("-inf")
        self.tries = 0

    @property
    def wait(self) -> float:
        """Seconds until the next try is due; 0 when nothing is wrong."""
        return max(0.0, self._next - self._clock.monotonic())

    def failed(self, error: Exception) -> None:
        """A try failed: the next is due after twice the last delay, at most ``LONGEST_DELAY``."""
        now = self._clock.monotonic()
        self.tries += 1
        if self._since is None:
            self._since = now
            _log.error(f"{self._name}.down", error=brief(error), note="logged once per outage")
        self._delay = min(LONGEST_DELAY, self._delay * 2 or FIRST_DELAY)
        self._next = now + self._delay

    def worked(self) -> None:
        """A try succeeded."""
        if self._since is None:
            return
        _log.warning(f"{self._name}.back", seconds=round(self._clock.monotonic() - self._since, 3), tries=self.tries)
        self._since, self._delay, self._next, self.tries = None, 0.0, float("-inf"), 0
