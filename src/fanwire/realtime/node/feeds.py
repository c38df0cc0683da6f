"""What the broker delivers to this node: opened for the first subscriber, closed some time after the last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import structlog

from fanwire.brokers.base import Broker

_log = structlog.get_logger(__name__)


class Feeds:
    """Keeps subscribe and unsubscribe of one channel in order, whatever comes and goes meanwhile.

    ``wanted`` says whether anybody listens to a broker's channel; ``run`` runs a coroutine in the background.
    """

    __slots__ = ("_broker", "_closing", "_janitor", "_moving", "_open", "_run", "_wanted")

    def __init__(
        self, broker: Broker, wanted: Callable[[str], bool], run: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        self._broker = broker
        self._wanted = wanted
        self._run = run
        self._open: set[str] = set()
        # Released, still delivered: to be unsubscribed unless somebody wants them again.
        self._closing: dict[str, None] = {}
        self._moving: dict[str, asyncio.Future[None]] = {}
        self._janitor = False

    def is_open(self, channel: str) -> bool:
        """Whether everything published on ``channel`` reaches the hub. False from the moment of its release."""
        return channel in self._open

    def __len__(self) -> int:
        """Channels that are open, closing, or on their way to either."""
        return len(self._open) + len(self._closing) + len(self._moving)

    async def open(self, channel: str) -> None:
        """Have ``channel`` delivered; raises BrokerUnavailable."""
        while channel in self._moving:
            await asyncio.shield(self._moving[channel])
        if channel in self._open:
            return
        if channel in self._closing:
            del self._closing[channel]
            self._open.add(channel)
            return
        await self._move(channel, self._broker.subscribe)
        self._open.add(channel)
        if not self._wanted(channel):
            self.release((channel,))

    def release(self, channels: Iterable[str]) -> None:
        """Nobody listens to ``channels`` any more."""
        for channel in channels:
            if channel in self._open:
                self._open.remove(channel)
                self._closing[channel] = None
        if self._closing and not self._janitor:
            self._janitor = True
            self._run(self._close_released())

    async def _close_released(self) -> None:
        try:
            while self._closing:
                channel = next(iter(self._closing))
                del self._closing[channel]
                await self._close(channel)
        finally:
            self._janitor = False

    async def _close(self, channel: str) -> None:
        try:
            await self._move(channel, self._broker.unsubscribe)
        except Exception as error:  # noqa: BLE001 - what still comes is dropped by the hub; the next ones go on
            _log.warning("feed_not_closed", channel=channel, error=str(error))

    async def _move(self, channel: str, act: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        moved = asyncio.get_running_loop().create_future()
        self._moving[channel] = moved
        try:
            await act(channel)
        finally:
            del self._moving[channel]
            moved.set_result(None)
