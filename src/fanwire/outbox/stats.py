"""What the relay of this process has done since it started: plain numbers that a metrics collector reads."""

from __future__ import annotations

import msgspec


class RelayStats(msgspec.Struct):
    """Counters; ``holding`` says whether this process is the relay now. What waits: ``outbox.backlog.measure``."""

    applied: int = 0
    published: int = 0
    dead: int = 0
    lapsed: int = 0
    publish_failures: int = 0
    leases_lost: int = 0
    holding: bool = False
