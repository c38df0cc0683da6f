"""Whether what the relay publishes reaches the sockets of this process."""

from __future__ import annotations

import asyncio

import structlog

from fanwire.gateway.readiness import NotReady
from fanwire.outbox.relay import Relay
from fanwire.settings import Settings

# Seconds between two looks.
INTERVAL = 1.0
MEMORY = "memory:"
_WHY = (
    "another process is the relay, and memory:// carries its events to its own sockets only; "
    "it is our turn when that one stops. Several gateways need a shared broker (FANWIRE_BROKER_URL)"
)

log = structlog.get_logger()


class Reach:
    """With a broker that ends with its process, only the process that is the relay has live sockets."""

    def __init__(self, settings: Settings, relay: Relay | None) -> None:
        self._alone = settings.broker.url.get_secret_value().startswith(MEMORY)
        self._relay = relay
        self._reached = True

    async def run(self) -> None:
        """Say it in the log as well, for whoever does not ask /readyz. Until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL)
            self.look()

    def look(self) -> None:
        """Log a change for the worse, once."""
        reached = self._reaches_us()
        if self._reached and not reached:
            log.error("events_do_not_reach_us", reason=_WHY)
        self._reached = reached

    async def check(self) -> None:
        """Raises: NotReady."""
        if not self._reaches_us():
            raise NotReady(_WHY)

    def _reaches_us(self) -> bool:
        return not self._alone or (self._relay is not None and self._relay.stats.holding)
