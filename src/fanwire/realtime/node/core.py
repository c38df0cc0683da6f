"""What everything in a node shares."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import structlog

from fanwire.brokers.base import Broker, PublishOptions
from fanwire.clock import Clock
from fanwire.realtime.channels.names import RESERVED
from fanwire.realtime.channels.namespaces import Channel
from fanwire.realtime.hub.hub import Hub
from fanwire.realtime.hub.registry import Registry
from fanwire.realtime.node.feeds import Feeds
from fanwire.realtime.node.lapses import Lapses
from fanwire.realtime.node.revocations import Revocations
from fanwire.realtime.node.stats import Counters
from fanwire.realtime.ports import (
    Authenticator,
    ChannelAccess,
    ChannelStates,
    MessageHandler,
    Revoker,
    RpcHandler,
    Snapshots,
)
from fanwire.realtime.session.environment import Environment
from fanwire.realtime.wheel import Wheel
from fanwire.settings import Settings

if TYPE_CHECKING:
    from fanwire.realtime.node.connection import Connection

T = TypeVar("T")

# Seconds. With what a change needs from its commit to here, P5's one second is kept.
MOST_BLIND = 0.8

_log = structlog.get_logger(__name__)


class Ports(NamedTuple):
    """The rest of the house. Without ``access`` guarded channels are refused, without ``snapshots`` state is.

    Without ``states`` a subscription to a post starts from its stream alone, without ``revoker`` no token is revoked.
    """

    authenticator: Authenticator
    access: ChannelAccess | None = None
    snapshots: Snapshots | None = None
    rpc: RpcHandler | None = None
    messages: MessageHandler | None = None
    states: ChannelStates | None = None
    revoker: Revoker | None = None


class Core:
    """The parts of a node, made once; connections hold it and nothing else of the node."""

    __slots__ = (
        "_known_at",
        "_tasks",
        "broker",
        "clock",
        "counters",
        "environment",
        "feeds",
        "fresh",
        "hub",
        "lapses",
        "ports",
        "registry",
        "revocations",
        "settings",
        "wheel",
    )

    def __init__(self, settings: Settings, broker: Broker, ports: Ports, environment: Environment) -> None:
        self.settings = settings
        self.broker = broker
        self.ports = ports
        self.environment = environment
        self.clock: Clock = environment.clock
        self.hub = Hub()
        self.hub.doubts.trusts = self.trusts
        # Monotonic time up to which all changes of access are known; None while nobody tells us of any.
        self._known_at: float | None = None
        self.lapses = Lapses()
        self.revocations = Revocations(environment.clock)
        self.registry: Registry[Connection] = Registry()
        # Those that have not connected yet, or were refused.
        self.fresh: set[Connection] = set()
        self.feeds = Feeds(broker, self._wanted, self.background)
        self.wheel = Wheel(environment.clock)
        self.counters = Counters()
        self._tasks: set[asyncio.Task[Any]] = set()

    def trusts(self) -> bool:
        """Whether what ended access is known, up to ``MOST_BLIND`` seconds ago."""
        return self._known_at is None or self.clock.monotonic() - self._known_at <= MOST_BLIND

    @property
    def hears(self) -> bool:
        """Somebody tells this node of changes of access."""
        return self._known_at is not None

    def know(self, at: float) -> None:
        """Every change of access that was committed before monotonic time ``at`` was told: nobody waits for news."""
        self._known_at = at
        self.lapses.known(at)
        for subscription, held in self.hub.doubts.cleared():
            self.hub.release(subscription, held)

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run ``coroutine`` as a task; its failure is logged."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def background(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine that awaits nothing but the broker: on the spot if that never waits."""
        if self.broker.immediate:
            on_the_spot(coroutine)
        else:
            self.spawn(coroutine)

    async def finish(self, seconds: float) -> None:
        """Wait until no task runs; what still runs after ``seconds`` is cancelled."""
        tasks = set(self._tasks)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    def publish_options(self, channel: Channel, **more: Any) -> PublishOptions:
        """How the namespace of ``channel`` wants it; ``more`` are fields of ``PublishOptions`` that win."""
        options = channel.options
        fields: dict[str, Any] = {
            "history_size": options.history_size,
            "history_ttl": options.history_ttl,
            "meta_ttl": options.history_meta_ttl,
        }
        return PublishOptions(**(fields | more))

    def connections(self) -> list[Connection]:
        """All of them, connected or not."""
        return [*self.fresh, *self.registry.all()]

    def _wanted(self, channel: str) -> bool:
        if channel.startswith(RESERVED):
            return channel.removeprefix(RESERVED) in self.hub.audiences
        return channel in self.hub.channels

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task_failed", task=task.get_coro().__qualname__, exc_info=error)  # type: ignore[union-attr]


def on_the_spot(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that does not suspend (``Broker.immediate``)."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise RuntimeError(f"{coroutine!r} suspended, though its broker is declared immediate")
