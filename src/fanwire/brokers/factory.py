"""From ``broker.url`` to a broker."""

from __future__ import annotations

from urllib.parse import urlsplit

from fanwire.brokers.base import Broker
from fanwire.brokers.memory import MemoryBroker
from fanwire.clock import Clock
from fanwire.errors import ConfigurationError


def create_broker(url: str, clock: Clock) -> Broker:
    """The broker that ``url`` names; it is not started yet.

    Raises:
        ConfigurationError: the scheme is unknown. The message never holds the URL: it may carry a password.
    """
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return MemoryBroker(clock)
    raise ConfigurationError(
        f"broker.url: there is no broker for the scheme {scheme!r}; this version knows memory:// (one process)"
    )
