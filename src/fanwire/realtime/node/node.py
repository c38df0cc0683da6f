"""The node: one process's part in the realtime server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import fanwire
from fanwire import ids
from fanwire.brokers.base import Broker, ClientInfo, Publication, StreamPosition
from fanwire.clock import Clock, SystemClock
from fanwire.errors import InappropriateProtocol, Shutdown
from fanwire.ids import IdMaker
from fanwire.realtime.channels.names import RESERVED
from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.realtime.hub.hub import NONE, Casualties
from fanwire.realtime.link import Handler, Handshake, Link
from fanwire.realtime.node import control
from fanwire.realtime.node.connection import Connection
from fanwire.realtime.node.core import Core, Ports
from fanwire.realtime.node.stats import NodeStats
from fanwire.realtime.node.sweeps import Sweeps
from fanwire.realtime.node.verbs import ServerVerbs
from fanwire.realtime.ports import (
    Authenticator,
    ChannelAccess,
    ChannelStates,
    MessageHandler,
    Revoker,
    RpcHandler,
    Snapshots,
)
from fanwire.realtime.protocol.wire import choose
from fanwire.realtime.session.environment import Environment
from fanwire.realtime.session.subscription import Subscription
from fanwire.realtime.wheel import RESOLUTION
from fanwire.settings import Settings

# Seconds between two batches of a drain: small enough to spread, large enough to cost nothing.
DRAIN_STEP = 0.05
# Seconds that handlers in flight get at ``stop``.
STOP_TIMEOUT = 5.0


class Node(ServerVerbs):
    """``brokers.base.BrokerEvents``, ``link.SessionFactory`` and the server API's verbs over one hub.

    Everything runs on one loop. ``start`` before the first connection; ``drain`` and ``stop`` at the end.

    Raises:
        ConfigurationError: ``client.user_channels`` names a namespace that does not exist.
    """

    def __init__(
        self,
        settings: Settings,
        broker: Broker,
        authenticator: Authenticator,
        *,
        access: ChannelAccess | None = None,
        snapshots: Snapshots | None = None,
        rpc: RpcHandler | None = None,
        messages: MessageHandler | None = None,
        states: ChannelStates | None = None,
        revoker: Revoker | None = None,
        clock: Clock | None = None,
        client_ids: IdMaker = ids.client_id,
        chance: Callable[[], float] = random.random,
    ) -> None:
        clock = clock or SystemClock()
        namespaces = Namespaces(settings.channel)
        namespaces.require(settings.client.user_channels, "client.user_channels")
        version = f"fanwire {fanwire.__version__}"
        known = {"snapshots": snapshots is not None, "states": states is not None}
        environment = Environment(settings, namespaces, clock, client_ids, chance, version, **known)
        ports = Ports(authenticator, access, snapshots, rpc, messages, states, revoker)
        super().__init__(Core(settings, broker, ports, environment), ids.client_id(), clock.monotonic())
        self._sweeps = Sweeps(self._core)
        self._accepting = True
        self._ticking: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Begin to receive from the broker and to keep time."""
        await self._core.broker.start(self)
        self._sweeps.schedule()
        self._tick_later()

    async def stop(self) -> None:
        """Close what is still open with 3001, finish what is in flight, stop the broker."""
        self._accepting = False
        for connection in self._core.connections():
            connection.drain()
        await self._core.finish(STOP_TIMEOUT)
        if self._ticking is not None:
            self._ticking.cancel()
        await self._core.broker.stop()

    async def drain(self, window: float | None = None) -> None:
        """Accept nobody new, and close with 3001 spread over ``window`` seconds (``shutdown.drain_window``)."""
        self._accepting = False
        window = self._core.settings.shutdown.drain_window if window is None else window
        connections = self._core.connections()
        steps = max(1, int(window / DRAIN_STEP))
        size = -(-len(connections) // steps)
        for start in range(0, len(connections), size or 1):
            for connection in connections[start : start + size]:
                connection.drain()
            await asyncio.sleep(DRAIN_STEP if window else 0)

    def session_factory(self, link: Link, handshake: Handshake) -> Handler:
        """``realtime.link.SessionFactory``.

        Raises:
            Shutdown: the node is draining (3001).
            InappropriateProtocol: the client asks for a format that this node does not speak (3506).
        """
        if not self._accepting:
            raise Shutdown
        wire = choose(handshake.query, handshake.subprotocol)
        if wire is None:
            raise InappropriateProtocol("only JSON is spoken here")
        return Connection(self._core, link, wire)

    def stats(self) -> NodeStats:
        """Read the counters."""
        core = self._core
        hub, counters = core.hub, core.counters
        return NodeStats(
            connections=len(core.registry),
            users=core.registry.users,
            channels=len(hub.channels),
            audiences=len(hub.audiences),
            subscriptions=hub.subscriptions,
            opened=counters.opened,
            messages_in=counters.messages_in,
            messages_out=counters.messages_out,
            publications=hub.publications,
            deliveries=hub.deliveries,
            closes=dict(counters.closes),
            errors=dict(counters.errors),
            unsubscribes=dict(counters.unsubscribes),
        )

    # --- brokers.base.BrokerEvents

    def on_publication(self, channel: str, publication: Publication, position: StreamPosition) -> None:
        hub = self._core.hub
        if channel.startswith(RESERVED):
            casualties = hub.publish_to_audience(channel.removeprefix(RESERVED), publication)
        else:
            casualties = hub.publish(channel, publication, position.epoch)
        if casualties is not NONE:
            self._tend(casualties)

    def on_join(self, channel: str, info: ClientInfo) -> None:
        self._core.hub.tell_join(channel, info)

    def on_leave(self, channel: str, info: ClientInfo) -> None:
        self._core.hub.tell_leave(channel, info)

    def on_control(self, data: bytes) -> None:
        control.apply(self._core, data)

    def _tend(self, casualties: Casualties) -> None:
        for subscription in casualties.unreadable:
            if (connection := self._owner(subscription)) is not None:
                connection.end(InappropriateProtocol(f"a publication of {subscription.channel} is no JSON"))
        for subscription in casualties.lost:
            if (connection := self._owner(subscription)) is not None:
                connection.lose(subscription)

    def _owner(self, subscription: Subscription) -> Connection | None:
        return self._core.registry.of_client(subscription.session.client)

    def tick(self) -> None:
        """Let the wheel do what is due; ``start`` has it called every ``wheel.RESOLUTION`` seconds."""
        self._core.wheel.advance()

    def _tick_later(self) -> None:
        self.tick()
        self._ticking = asyncio.get_running_loop().call_later(RESOLUTION, self._tick_later)
