"""Brokers that misbehave as real ones do: slow to answer, late or lossy in what they deliver."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fanwire.brokers.base import (
    BrokerEvents,
    ClientInfo,
    HistoryFilter,
    Publication,
    PublishOptions,
    PublishResult,
    StreamPosition,
)
from fanwire.brokers.memory import MemoryBroker
from fanwire.clock import Clock


class Delivery:
    """Stands between a broker and its node. ``lose`` drops publications; ``late`` keeps them until ``release``."""

    def __init__(self, events: BrokerEvents) -> None:
        self._events = events
        self.lose = 0
        self.late = False
        self._kept: list[tuple[str, Publication, StreamPosition]] = []

    def on_publication(self, channel: str, publication: Publication, position: StreamPosition) -> None:
        if self.lose:
            self.lose -= 1
        elif self.late:
            self._kept.append((channel, publication, position))
        else:
            self._events.on_publication(channel, publication, position)

    def release(self, count: int = -1) -> None:
        """Deliver the oldest ``count`` of what was kept (-1: all, and no longer late)."""
        self.late = self.late and count >= 0
        due = len(self._kept) if count < 0 else count
        now, self._kept = self._kept[:due], self._kept[due:]
        for kept in now:
            self._events.on_publication(*kept)

    def on_join(self, channel: str, info: ClientInfo) -> None:
        self._events.on_join(channel, info)

    def on_leave(self, channel: str, info: ClientInfo) -> None:
        self._events.on_leave(channel, info)

    def on_control(self, data: bytes) -> None:
        self._events.on_control(data)


class UnreliableBroker(MemoryBroker):
    """``delivery`` is in the test's hands from ``start`` on. ``during_history`` runs once, within the next read.

    ``top`` is what the next read of a position answers, as a broker does that came back with an older state.
    ``appended`` is told of every publication, in the order of the stream.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.during_history: list[Callable[[], object]] = []
        self.top: StreamPosition | None = None
        self.appended: Callable[[str, bytes, StreamPosition], None] | None = None

    async def start(self, events: BrokerEvents) -> None:
        self.delivery = Delivery(events)
        await super().start(self.delivery)

    async def history(
        self, channel: str, filter: HistoryFilter, *, meta_ttl: float = 0.0
    ) -> tuple[list[Publication], StreamPosition]:
        found = await super().history(channel, filter, meta_ttl=meta_ttl)
        if self.during_history:
            self.during_history.pop(0)()
        if self.top is not None:
            found, self.top = ([], self.top), None
        return found

    async def publish(self, channel: str, data: bytes, options: PublishOptions) -> PublishResult:
        result = await super().publish(channel, data, options)
        if self.appended is not None:
            self.appended(channel, data, result.position)
        return result

    def forget_streams(self) -> None:
        """Begin another life: every stream starts again, in another epoch."""
        self._streams = type(self._streams)(self._make_epoch)

    def publish_now(self, channel: str, data: bytes, *, history: int = 100) -> PublishResult:
        """Publish from within another call."""
        try:
            UnreliableBroker.publish(self, channel, data, PublishOptions(history_size=history, history_ttl=600)).send(
                None
            )
        except StopIteration as stop:
            result: PublishResult = stop.value
            return result
        raise AssertionError("the memory broker does not suspend")


class SlowBroker(UnreliableBroker):
    """Everything takes a few turns of the loop: subscribing, reading, publishing, presence."""

    immediate = False

    async def subscribe(self, channel: str) -> None:
        await _turns(2)
        await super().subscribe(channel)
        await _turns(1)

    async def unsubscribe(self, channel: str) -> None:
        await _turns(2)
        await super().unsubscribe(channel)

    async def publish(self, channel: str, data: bytes, options: PublishOptions) -> PublishResult:
        await _turns(1)
        result = await super().publish(channel, data, options)
        await _turns(1)
        return result

    async def history(
        self, channel: str, filter: HistoryFilter, *, meta_ttl: float = 0.0
    ) -> tuple[list[Publication], StreamPosition]:
        await _turns(1)
        found = await super().history(channel, filter, meta_ttl=meta_ttl)
        await _turns(2)
        return found

    async def add_presence(self, channel: str, info: ClientInfo, ttl: float) -> None:
        # Longer than a removal, which may so overtake it.
        await _turns(6)
        await super().add_presence(channel, info, ttl)

    async def remove_presence(self, channel: str, client: str) -> None:
        await _turns(1)
        await super().remove_presence(channel, client)


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)
