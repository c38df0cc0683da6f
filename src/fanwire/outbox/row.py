"""One claimed row of the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

# Version of the public row contract (docs/reference/outbox).
CONTRACT_VERSION = 1


class OutboxRow(msgspec.Struct, frozen=True):
    """What happened, as its writer said it. ``payload`` is JSON that nobody has validated yet.

    ``event_id`` travels to clients and is the broker's idempotency key; ``id`` gives the order among rows
    (if A was committed before B was inserted, A has the lower id).
    """

    id: int
    version: int
    event_id: str
    function: str
    payload: dict[str, Any]
    ordering_key: str
    created_at: datetime
