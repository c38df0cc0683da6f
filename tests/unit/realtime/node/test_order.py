"""No gap, no duplicate, no disorder, and an honest ``recovered``: P2 under publishing, losses, delays and restarts.

Clients behave like the SDKs: they keep offset and epoch, advance by publications, and come back after an
unsubscribe push or a close. What each has seen is compared with what was really published.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fanwire.brokers.base import StreamPosition
from fanwire.settings import Namespace
from fanwire.testing import FakeClock
from tests.unit.realtime.brokers import SlowBroker, UnreliableBroker
from tests.unit.realtime.conftest import settings as configured
from tests.unit.realtime.peer import Json, Peer, Site

CHANNEL = "room:1"
WINDOW = 6
ROOM = Namespace(name="room", access="open", history_size=WINDOW, history_ttl=86_400, force_recovery=True)
CLIENTS = st.integers(0, 2)
# What may happen between the read of a history and the answer that is made from it.
WITHIN = st.lists(st.sampled_from(["publish", "publish", "release", "lose", "rebirth"]), max_size=4)


class Truth:
    """What was published: per epoch, the value at each offset (from 1), and where the stream stands.

    ``disturbed``: something was lost or started again; before that, nobody may be told to come back.
    """

    def __init__(self) -> None:
        self.streams: dict[str, list[int]] = {}
        self.epoch = ""
        self.kept_from = 1
        self.disturbed = False

    @property
    def top(self) -> int:
        return len(self.streams.get(self.epoch, ()))

    def append(self, channel: str, data: bytes, position: StreamPosition) -> None:
        offset, epoch = position.offset, position.epoch
        if epoch != self.epoch:
            self.epoch, self.kept_from = epoch, 1
        stream = self.streams.setdefault(epoch, [])
        assert offset == len(stream) + 1
        stream.append(int(data))
        self.kept_from = max(self.kept_from, offset - WINDOW + 1)

    def recoverable(self, offset: int, epoch: str) -> bool:
        return epoch == self.epoch and offset <= self.top and offset + 1 >= self.kept_from


class Client:
    """An SDK's subscription: ``seen`` is what the application got since the last time it was told to reload."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.peer: Peer | None = None
        self.position: tuple[int, str] | None = None
        self.live = False
        self.base = 0
        self.seen: list[int] = []
        self._read = 0

    def attach(self, peer: Peer) -> None:
        self.peer, self.live, self._read = peer, False, 0

    def subscribe(self) -> None:
        assert self.peer is not None
        where: Json = {}
        if self.position is not None:
            where = {"recover": True, "offset": self.position[0], "epoch": self.position[1]}
        self.peer.command(subscribe={"channel": CHANNEL, **where})

    def take(self) -> None:
        """Handle what has come, in order."""
        if self.peer is None:
            return
        messages = self.peer.read()
        for message in messages[self._read :]:
            assert "error" not in message, message
            if "subscribe" in message:
                self._subscribed(message["subscribe"])
            elif message.get("push", {}).get("channel") == CHANNEL:
                self._pushed(message["push"])
        self._read = len(messages)
        if self.peer.code is not None:
            assert (self.peer.code, self.truth.disturbed) == (3010, True)
            self.peer, self.live = None, False

    def _subscribed(self, result: Json) -> None:
        self.live = True
        asked, epoch = self.position, result["epoch"]
        assert result.get("was_recovering", False) is (asked is not None)
        if result.get("recovered"):
            assert asked is not None
            assert (result.get("offset", 0), epoch) == asked
            for publication in result.get("publications", ()):
                self._publication(publication)
            return
        assert "publications" not in result
        if asked is not None:
            # The truth may have moved since the node read the history, never the other way: see ``quiet``.
            assert not (self.quiet and self.truth.recoverable(*asked)), "it could have been recovered"
        self.position, self.base, self.seen = (result.get("offset", 0), epoch), result.get("offset", 0), []

    # Whether nothing was published while the subscription was being made.
    quiet = True

    def _pushed(self, push: Json) -> None:
        if "unsubscribe" in push:
            assert (push["unsubscribe"]["code"], self.truth.disturbed) == (2500, True)
            self.live = False
        else:
            assert self.live, "a publication before the reply, or after the end"
            self._publication(push["pub"])

    def _publication(self, publication: Json) -> None:
        assert self.position is not None
        offset, epoch = self.position
        assert publication["offset"] == offset + 1, "gap, duplicate or disorder"
        self.position = (offset + 1, epoch)
        self.seen.append(publication["data"])


class Order(RuleBasedStateMachine):
    broker_class: type[UnreliableBroker] = UnreliableBroker

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.runner.run(self._start())

    async def _start(self) -> None:
        self.clock = FakeClock()
        self.broker = self.broker_class(self.clock)
        self.site = Site(self.clock, configured(ROOM, client={"user_channels": ()}), broker=self.broker)
        await self.site.node.start()
        self.truth = Truth()
        self.broker.appended = self.truth.append
        self.clients = [Client(self.truth) for _ in range(3)]
        self.value = 0

    def teardown(self) -> None:
        try:
            self.runner.run(self._quiesce())
        finally:
            self.runner.run(self.site.node.stop())
            self.runner.close()

    # --- what happens

    @rule(count=st.integers(1, 4))
    def publish(self, count: int) -> None:
        self.runner.run(self._publish(count))

    @rule(client=CLIENTS, during=st.integers(0, 3), turns=st.integers(0, 8), within=WITHIN)
    def subscribe(self, client: int, during: int, turns: int, within: list[str]) -> None:
        """Come (back), while ``during`` publications are made ``turns`` loop turns later."""
        self.runner.run(self._subscribe(self.clients[client], during, turns, within))

    @rule(client=CLIENTS)
    def hang_up(self, client: int) -> None:
        self.runner.run(self._hang_up(self.clients[client]))

    @rule(count=st.integers(1, 2))
    def lose(self, count: int) -> None:
        self.broker.delivery.lose = count
        self.truth.disturbed = True

    @rule()
    def delay(self) -> None:
        self.broker.delivery.late = True

    @rule(count=st.integers(-1, 2))
    def release(self, count: int) -> None:
        self.runner.run(self._release(count))

    @rule()
    def forget_history(self) -> None:
        self.runner.run(self.broker.remove_history(CHANNEL))
        self.truth.kept_from = self.truth.top + 1

    @rule()
    def another_life(self) -> None:
        """The stream is forgotten, and starts again in another epoch."""
        self._rebirth()

    # --- what must be true

    @invariant()
    def everybody_saw_what_was_published(self) -> None:
        for client in self.clients:
            client.take()
            if client.position is not None:
                offset, epoch = client.position
                stream = self.truth.streams.get(epoch, [])
                assert client.seen == stream[client.base : offset]

    # --- how

    async def _publish(self, count: int) -> None:
        for _ in range(count):
            self.value += 1
            await self.site.node.publish(CHANNEL, str(self.value).encode())

    def _rebirth(self) -> None:
        self.broker.forget_streams()
        self.truth.epoch = ""
        self.truth.disturbed = True

    def _within(self, happenings: list[str]) -> None:
        for happening in happenings:
            if happening == "publish":
                self.value += 1
                self.broker.publish_now(CHANNEL, str(self.value).encode(), history=WINDOW)
            elif happening == "release":
                self.broker.delivery.release()
            elif happening == "lose":
                self.lose(1)
            else:
                self._rebirth()

    async def _subscribe(self, client: Client, during: int, turns: int, within: list[str]) -> None:
        client.take()
        if client.peer is None:
            client.attach(await self.site.connected("anna"))
        if client.live:
            return
        client.quiet = not during and not within
        self.broker.during_history.append(lambda: self._within(within))
        client.subscribe()
        for _ in range(turns):
            await asyncio.sleep(0)
        await self._publish(during)
        await self._idle()
        client.take()
        client.quiet = True
        self.broker.during_history.clear()

    async def _hang_up(self, client: Client) -> None:
        client.take()
        if client.peer is not None:
            client.peer.hang_up()
            client.peer, client.live = None, False
        await self._idle()

    async def _release(self, count: int) -> None:
        self.broker.delivery.release(count)
        await self._idle()

    async def _quiesce(self) -> None:
        """Nothing is lost any more: whoever is live has everything, or is told to come back."""
        self.broker.delivery.lose = 0
        self.broker.delivery.release()
        await self._publish(1)
        await self._idle()
        self.everybody_saw_what_was_published()
        for client in self.clients:
            if client.live and client.position is not None:
                assert client.position == (self.truth.top, self.truth.epoch)

    async def _idle(self) -> None:
        await self.site.node._core.finish(5)
        await asyncio.sleep(0)


class SlowOrder(Order):
    broker_class = SlowBroker


_SETTINGS: dict[str, Any] = {
    "max_examples": 120,
    "stateful_step_count": 30,
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
TestOrder = Order.TestCase
TestOrder.settings = settings(**_SETTINGS)
TestSlowOrder = SlowOrder.TestCase
TestSlowOrder.settings = settings(**_SETTINGS)
