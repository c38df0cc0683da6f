"""What a node counts: plain integers, read when a collector asks."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple


class Counters:
    """Incremented where things happen; nothing here costs more than an addition."""

    __slots__ = ("closes", "errors", "messages_in", "messages_out", "opened", "unsubscribes")

    def __init__(self) -> None:
        self.opened = 0
        self.messages_in = 0
        self.messages_out = 0
        self.closes: Counter[int] = Counter()
        self.errors: Counter[int] = Counter()
        self.unsubscribes: Counter[int] = Counter()


class NodeStats(NamedTuple):
    """One reading. The first five are gauges, the others only rise."""

    # Connections that said connect, and distinct users among them (anonymous ones not counted).
    connections: int
    users: int
    channels: int
    audiences: int
    subscriptions: int
    # Connections since the start, and commands received.
    opened: int
    messages_in: int
    # Replies, pings and pushes to one connection; deliveries are counted by themselves.
    messages_out: int
    # Publications that had a subscriber here, and what they came to: one per subscriber.
    publications: int
    deliveries: int
    # Per code: connections closed (by either side), error replies, unsubscribe pushes.
    closes: dict[int, int]
    errors: dict[int, int]
    unsubscribes: dict[int, int]
