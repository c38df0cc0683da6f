"""What has to be looked at from time to time: presence that must be renewed, positions that may have slipped."""

from __future__ import annotations

import asyncio

import structlog

from fanwire.brokers.base import HistoryFilter
from fanwire.realtime.hub.channel import Channel
from fanwire.realtime.node.core import Core
from fanwire.realtime.protocol.stream import StreamPosition
from fanwire.realtime.session.subscription import PRESENT

# Between pauses for the rest of the loop; a broker in memory never waits by itself.
BATCH = 100

_log = structlog.get_logger(__name__)


class Sweeps:
    """One round every ``channel.presence_update_interval``; a round that still runs is not started again."""

    __slots__ = ("_core", "_running", "_suspects")

    def __init__(self, core: Core) -> None:
        self._core = core
        self._running = False
        # Channels whose stream was ahead of them in the last round. A publication may have been on its way then.
        self._suspects: dict[str, StreamPosition] = {}

    def schedule(self) -> None:
        """Have a round made after the interval, and again."""
        interval = self._core.settings.channel.presence_update_interval
        if interval:
            self._core.wheel.after(interval, Sweeps._due, self)

    def _due(self) -> None:
        self.schedule()
        if not self._running:
            self._core.spawn(self.round())

    async def round(self) -> None:
        self._running = True
        try:
            for index, channel in enumerate(list(self._core.hub.channels.values())):
                await self._look_at(channel)
                if index % BATCH == BATCH - 1:
                    await asyncio.sleep(0)
        finally:
            self._running = False

    async def _look_at(self, channel: Channel) -> None:
        try:
            await self._renew_presence(channel)
            if channel.positioned:
                await self._check_position(channel)
        except Exception as error:  # noqa: BLE001 - the next channel may do better; a broker that is down says so itself
            _log.warning("sweep_failed", channel=channel.name, error=str(error))

    async def _renew_presence(self, channel: Channel) -> None:
        ttl = self._core.settings.channel.presence_ttl
        for subscription in channel.subscriptions():
            if subscription.flags & PRESENT:
                await self._core.broker.add_presence(channel.name, subscription.info, ttl)
                if subscription.place < 0:
                    await self._core.broker.remove_presence(channel.name, subscription.session.client)

    async def _check_position(self, channel: Channel) -> None:
        """Compare with the stream's top what was quiet for ``channel.position_check_interval``.

        A stream that is ahead gets one more round, unless it is in another epoch or has gone back.
        """
        now = self._core.clock.monotonic()
        suspect = self._suspects.pop(channel.name, None)
        if suspect is not None and (suspect.epoch != channel.epoch or suspect.offset > channel.offset):
            self._lost(channel, suspect)
        if now - channel.checked_at < self._core.settings.channel.position_check_interval:
            return
        channel.checked_at = now
        _, top = await self._core.broker.history(channel.name, HistoryFilter())
        if top.epoch != channel.epoch or top.offset < channel.offset:
            self._lost(channel, top)
        elif top.offset > channel.offset:
            self._suspects[channel.name] = top

    def _lost(self, channel: Channel, top: StreamPosition) -> None:
        _log.warning("position_lost", channel=channel.name, offset=channel.offset, top=top.offset)
        channel.offset, channel.epoch = top.offset, top.epoch
        for subscription in channel.with_positions():
            owner = self._core.registry.of_client(subscription.session.client)
            if owner is not None:
                owner.lose(subscription)
