"""What a subscription to ``notifications:{user}`` starts from: the inbox's snapshot in bytes."""

from __future__ import annotations

import msgspec

from fanwire.inbox import Inbox
from fanwire.realtime.ports import Snapshot

_encoder = msgspec.json.Encoder()


class InboxSnapshots:
    """``realtime.ports.Snapshots`` over the inbox."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def snapshot(self, user: str) -> Snapshot:
        """One consistent read of the user's state."""
        found = await self._inbox.snapshot(user)
        return Snapshot(_encoder.encode(found.data), found.version, found.position, found.streams)
