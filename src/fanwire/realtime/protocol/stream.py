"""What travels through brokers, hub and sessions alike: publications, their positions, and who is there."""

from __future__ import annotations

import msgspec


class StreamPosition(msgspec.Struct, frozen=True):
    """Where a stream stands: the offset of its newest publication (0 before the first) and its epoch."""

    offset: int = 0
    epoch: str = ""


class ClientInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who a connection is, as others may see it. ``conn_info`` and ``chan_info`` are raw JSON."""

    user: str
    client: str
    conn_info: msgspec.Raw | None = None
    chan_info: msgspec.Raw | None = None


class Publication(msgspec.Struct, frozen=True):
    """One message of a channel.

    ``data`` is raw JSON of one line. ``offset`` is 0 when it was published without history. ``version`` is
    the state version that a subscription compares with its snapshot (0: not versioned).
    """

    data: bytes
    offset: int = 0
    info: ClientInfo | None = None
    tags: dict[str, str] | None = None
    version: int = 0


class HistoryFilter(msgspec.Struct, frozen=True):
    """Which part of a stream: after ``since`` (with ``reverse``: before it), at most ``limit`` (-1 all, 0 none)."""

    limit: int = 0
    since: StreamPosition | None = None
    reverse: bool = False


class PresenceStats(msgspec.Struct, frozen=True):
    """How many connections and how many distinct users; all anonymous ones count as one user."""

    num_clients: int
    num_users: int
