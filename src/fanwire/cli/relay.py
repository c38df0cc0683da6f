"""``fanwire relay``: the relay without a gateway."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack

import structlog

from fanwire.brokers.base import ClientInfo, Publication, StreamPosition
from fanwire.brokers.factory import create_broker
from fanwire.clock import SystemClock
from fanwire.errors import ConfigurationError
from fanwire.gateway.runtime import make_relay
from fanwire.gateway.tables import open_database
from fanwire.settings import Settings

log = structlog.get_logger()


class _Nobody:
    """``brokers.base.BrokerEvents`` of a process without sockets: it subscribes to nothing."""

    def on_publication(self, channel: str, publication: Publication, position: StreamPosition) -> None:
        """Nobody listens here."""

    def on_join(self, channel: str, info: ClientInfo) -> None:
        """Nobody listens here."""

    def on_leave(self, channel: str, info: ClientInfo) -> None:
        """Nobody listens here."""

    def on_control(self, data: bytes) -> None:
        """Nobody listens here."""


def run_relay(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises: ConfigurationError for a broker that ends with its process.
    """
    url = settings.broker.url.get_secret_value()
    if url.startswith("memory:"):
        raise ConfigurationError(
            "a relay of its own cannot use memory://, which never leaves a process: no socket would get anything. "
            "Use `fanwire serve`, which runs gateway and relay together, or set FANWIRE_BROKER_URL to a shared broker"
        )
    asyncio.run(_run(settings, url))


async def _run(settings: Settings, url: str) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        broker = create_broker(url, clock)
        database = await open_database(settings, stack)
        await broker.start(_Nobody())
        stack.push_async_callback(broker.stop)
        relay = make_relay(settings, clock, database, broker)
        task = loop.create_task(relay.run())
        log.info("relaying")
        await stopped.wait()
        relay.stop()
        await task
