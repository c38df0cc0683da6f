"""``memory://``: the broker of one process. Everything in it ends with the process; the epochs say so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from fanwire import ids
from fanwire.brokers.attendance import Attendance
from fanwire.brokers.base import (
    Broker,
    BrokerEvents,
    ClientInfo,
    HistoryFilter,
    PresenceStats,
    Publication,
    PublishOptions,
    PublishResult,
    StreamPosition,
)
from fanwire.brokers.seen import SeenKeys
from fanwire.brokers.stream import Streams
from fanwire.clock import Clock, SystemClock
from fanwire.errors import BrokerUnavailable

# Centrifugo's history_meta_ttl.
META_TTL = 30 * 86_400.0
# About 80 MB of remembered keys.
MAX_KEYS = 200_000
SWEEP_INTERVAL = 1.0
# One sweep looks at this many keys at most (about 5 ms); the rest waits for the next.
SWEEP_LIMIT = 10_000
# Given to publications without history: they have no place in a stream.
NO_POSITION = StreamPosition()

logger = structlog.get_logger(__name__)


class MemoryBroker(Broker):
    """Delivers inside ``publish``, before it returns; nothing here waits for anything.

    Expiry is exact when read, and swept once a second for its memory. Time is ``clock.monotonic()``.
    """

    immediate = True

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        make_epoch: Callable[[], str] = ids.epoch,
        meta_ttl: float = META_TTL,
        max_keys: int = MAX_KEYS,
    ) -> None:
        self._clock: Clock = clock or SystemClock()
        self._make_epoch = make_epoch
        self._meta_ttl = meta_ttl
        self._max_keys = max_keys
        self._events: BrokerEvents | None = None
        self._sweeping: asyncio.TimerHandle | None = None
        self._forget()

    async def start(self, events: BrokerEvents) -> None:
        self._events = events
        self._sweep_later()

    async def stop(self) -> None:
        self._events = None
        if self._sweeping:
            self._sweeping.cancel()
            self._sweeping = None
        self._forget()

    async def subscribe(self, channel: str) -> None:
        self._running()
        self._subscribed.add(channel)

    async def unsubscribe(self, channel: str) -> None:
        self._running()
        self._subscribed.discard(channel)

    async def publish(self, channel: str, data: bytes, options: PublishOptions) -> PublishResult:
        events = self._running()
        now = self._clock.monotonic()
        key = options.idempotency_key
        if key and (first := self._seen.get(channel, key, now)) is not None:
            return PublishResult(first, suppressed=True)
        publication, position = self._append(channel, data, options, now)
        if key:
            self._seen.remember(channel, key, position, now + options.idempotency_ttl)
        if channel in self._subscribed:
            self._deliver(events.on_publication, channel, publication, position)
        return PublishResult(position)

    async def publish_join(self, channel: str, info: ClientInfo) -> None:
        events = self._running()
        if channel in self._subscribed:
            self._deliver(events.on_join, channel, info)

    async def publish_leave(self, channel: str, info: ClientInfo) -> None:
        events = self._running()
        if channel in self._subscribed:
            self._deliver(events.on_leave, channel, info)

    async def history(
        self, channel: str, filter: HistoryFilter, *, meta_ttl: float = 0.0
    ) -> tuple[list[Publication], StreamPosition]:
        self._running()
        stream = self._streams.open(channel, self._clock.monotonic(), meta_ttl or self._meta_ttl)
        return stream.read(filter), stream.position

    async def remove_history(self, channel: str) -> None:
        self._running()
        self._streams.remove_history(channel)

    async def add_presence(self, channel: str, info: ClientInfo, ttl: float) -> None:
        self._running()
        self._attendance.add(channel, info, self._clock.monotonic() + ttl)

    async def remove_presence(self, channel: str, client: str) -> None:
        self._running()
        self._attendance.remove(channel, client)

    async def presence(self, channel: str) -> dict[str, ClientInfo]:
        self._running()
        return self._attendance.here(channel, self._clock.monotonic())

    async def presence_stats(self, channel: str) -> PresenceStats:
        here = await self.presence(channel)
        return PresenceStats(len(here), len({info.user for info in here.values()}))

    async def publish_control(self, data: bytes) -> None:
        self._deliver(self._running().on_control, data)

    async def check(self) -> None:
        self._running()

    def sweep(self) -> None:
        """Free what has expired; a running broker does so by itself every second."""
        now = self._clock.monotonic()
        self._streams.sweep(now, SWEEP_LIMIT)
        self._seen.sweep(now, SWEEP_LIMIT)
        self._attendance.sweep(now, SWEEP_LIMIT)

    def _forget(self) -> None:
        self._subscribed: set[str] = set()
        self._streams = Streams(self._make_epoch)
        self._seen = SeenKeys(self._max_keys)
        self._attendance = Attendance()

    def _running(self) -> BrokerEvents:
        if self._events is None:
            raise BrokerUnavailable("the memory broker is not running: call start() first, and nothing after stop()")
        return self._events

    def _deliver(self, handler: Callable[..., None], *arguments: object) -> None:
        # A node's mistake must not become the publisher's: what was appended stays published.
        try:
            handler(*arguments)
        except Exception:
            logger.exception("broker_handler_failed", handler=getattr(handler, "__name__", ""))

    def _append(
        self, channel: str, data: bytes, options: PublishOptions, now: float
    ) -> tuple[Publication, StreamPosition]:
        if not (options.history_size and options.history_ttl):
            return Publication(data, 0, options.info, options.tags, options.version), NO_POSITION
        stream = self._streams.open(channel, now, options.meta_ttl or self._meta_ttl)
        publication = Publication(data, stream.offset + 1, options.info, options.tags, options.version)
        self._streams.append(channel, stream, publication, options.history_size, now + options.history_ttl)
        return publication, stream.position

    def _sweep_later(self) -> None:
        self._sweeping = asyncio.get_running_loop().call_later(SWEEP_INTERVAL, self._sweep_and_again)

    def _sweep_and_again(self) -> None:
        self.sweep()
        self._sweep_later()
