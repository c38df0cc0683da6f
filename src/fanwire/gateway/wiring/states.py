"""What a subscription to ``post:{id}`` starts from: the counters of the post in bytes."""

from __future__ import annotations

import msgspec

from fanwire.inbox.standing import Standing

_encoder = msgspec.json.Encoder()


class PostStates:
    """``realtime.ports.ChannelStates`` over the inbox's counters."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    async def state(self, channel: str) -> bytes | None:
        """The post's known counters."""
        found = await self._standing.of_post(channel.partition(":")[2])
        return None if found is None else _encoder.encode(found)
