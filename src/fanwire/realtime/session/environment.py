"""What all sessions of a node share: settings, clock, ids, chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fanwire.clock import Clock
from fanwire.ids import IdMaker
from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.settings import Settings


class Environment(NamedTuple):
    """``chance`` gives a random number in [0, 1); ``version`` is told to clients.

    ``snapshots`` says that there is an inbox to begin notifications subscriptions from, ``states`` that there are
    counters to begin those of a post from.
    """

    settings: Settings
    namespaces: Namespaces
    clock: Clock
    client_ids: IdMaker
    chance: Callable[[], float]
    version: str
    snapshots: bool = False
    states: bool = False

    def ttl(self, expire_at: float) -> int:
        """Whole seconds left until ``expire_at``, at least 1: a client takes 0 for no expiry."""
        return max(1, int(expire_at - self.clock.wall()))
