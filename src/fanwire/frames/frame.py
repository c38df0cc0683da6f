"""One thing to publish after the commit that made it true."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Target(StrEnum):
    """Where a frame goes: a wire channel, the connected members of a stream, or the nodes themselves."""

    CHANNEL = "channel"
    AUDIENCE = "audience"
    CONTROL = "control"


class Frame(msgspec.Struct, frozen=True):
    """``channel`` is the wire channel or the stream; ``version`` orders state (user version), or all there is (gseq):
    by it a client resumes nothing from before its access.

    ``key`` is unique per frame, made from the event id: the broker suppresses a repeat of it.
    Of frames with the same channel and ``conflation_key`` only the newest is kept until it leaves, and one leaves
    per ``relay.conflate_interval``: an absolute value with its version, without history and so without an offset.
    """

    target: Target
    channel: str
    data: dict[str, Any]
    event_id: str
    key: str
    version: int = 0
    skip_history: bool = False
    conflation_key: str | None = None
