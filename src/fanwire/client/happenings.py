"""What can happen to a client, as plain values."""

from __future__ import annotations

import msgspec


class Connected(msgspec.Struct, frozen=True):
    """The server knows us as ``client``."""

    client: str


class Subscribed(msgspec.Struct, frozen=True):
    """We get ``channel`` from ``offset`` on. ``data`` is the snapshot, if the channel has one (raw JSON).

    ``recovered`` says, when we came back with a position, whether nothing was missed.
    """

    channel: str
    offset: int = 0
    was_recovering: bool = False
    recovered: bool = False
    data: bytes = b""
    by_server: bool = False


class Published(msgspec.Struct, frozen=True):
    """One publication. ``recovered``: it was missed, and came with the subscribe reply."""

    channel: str
    data: bytes
    offset: int = 0
    recovered: bool = False


class Unsubscribed(msgspec.Struct, frozen=True):
    """The server ended a subscription; from code 2500 on we subscribe again."""

    channel: str
    code: int
    reason: str


class Denied(msgspec.Struct, frozen=True):
    """The server answered a command with an error; ``channel`` is empty when it was the connect command."""

    channel: str
    code: int
    message: str


class Closed(msgspec.Struct, frozen=True):
    """The connection ended. ``final``: coming back is of no use."""

    code: int
    reason: str
    final: bool = False


Happening = Connected | Subscribed | Published | Unsubscribed | Denied | Closed
