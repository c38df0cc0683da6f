"""The conformance suite of brokers: subclass ``BrokerSuite`` in a test module and give it ``make_broker``.

::

    class TestMyBroker(BrokerSuite):
        def make_broker(self, clock: FakeClock) -> Broker:
            return MyBroker(clock)

The clock is moved by hand. A broker whose server keeps the time overrides ``pass_time`` too.
Needs pytest and anyio's plugin.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from anyio import fail_after, sleep

from fanwire.brokers.base import (
    Broker,
    ClientInfo,
    HistoryFilter,
    PresenceStats,
    Publication,
    PublishOptions,
    StreamPosition,
)
from fanwire.errors import BrokerUnavailable
from fanwire.testing.clock import FakeClock

KEPT = PublishOptions(history_size=5, history_ttl=60)
ALL = HistoryFilter(limit=-1)
ANNA = ClientInfo("anna", "c1", conn_info=msgspec.Raw(b'{"name":"Anna"}'))
BORIS = ClientInfo("boris", "c2")


class Node:
    """Collects what a broker delivers."""

    def __init__(self) -> None:
        self.publications: list[tuple[str, Publication, StreamPosition]] = []
        self.joins: list[tuple[str, ClientInfo]] = []
        self.leaves: list[tuple[str, ClientInfo]] = []
        self.controls: list[bytes] = []
        self.failing = False

    def on_publication(self, channel: str, publication: Publication, position: StreamPosition) -> None:
        self.publications.append((channel, publication, position))
        if self.failing:
            raise RuntimeError("a node that fails")

    def on_join(self, channel: str, info: ClientInfo) -> None:
        self.joins.append((channel, info))

    def on_leave(self, channel: str, info: ClientInfo) -> None:
        self.leaves.append((channel, info))

    def on_control(self, data: bytes) -> None:
        self.controls.append(data)

    @property
    def data(self) -> list[bytes]:
        return [publication.data for _, publication, _ in self.publications]


async def arrives(where: list[Any], count: int) -> None:
    """Wait until ``where`` holds ``count`` things; a broker across a network needs a moment."""
    with fail_after(5):
        while len(where) < count:  # noqa: ASYNC110 - what arrives is a list that brokers append to
            await sleep(0.001)
    assert len(where) == count


class BrokerSuite:
    """What ``fanwire.brokers.base.Broker`` promises, as tests."""

    @abstractmethod
    def make_broker(self, clock: FakeClock) -> Broker:
        """A broker that was not started; its streams are empty."""

    async def pass_time(self, clock: FakeClock, seconds: float) -> None:
        """Let ``seconds`` pass for the broker."""
        clock.advance(seconds)

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture
    def node(self) -> Node:
        return Node()

    @pytest.fixture
    async def broker(self, clock: FakeClock, node: Node) -> AsyncIterator[Broker]:
        broker = self.make_broker(clock)
        await broker.start(node)
        yield broker
        await broker.stop()

    # --- delivery

    async def test_delivers_subscribed_channels_only(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        await broker.publish("b", b"1", KEPT)
        await broker.publish("a", b"2", KEPT)
        await arrives(node.publications, 1)
        assert node.publications[0][0] == "a"

    async def test_delivers_nothing_after_unsubscribe(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        await broker.subscribe("b")
        await broker.unsubscribe("a")
        await broker.publish("a", b"1", KEPT)
        await broker.publish("b", b"2", KEPT)
        await arrives(node.publications, 1)
        assert node.data == [b"2"]

    async def test_delivers_once_when_subscribed_twice(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        await broker.subscribe("a")
        await broker.publish("a", b"1", KEPT)
        await broker.publish("a", b"2", KEPT)
        await arrives(node.publications, 2)

    async def test_delivers_in_stream_order(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        for number in range(100):
            await broker.publish("a", b"%d" % number, KEPT)
        await arrives(node.publications, 100)
        assert node.data == [b"%d" % number for number in range(100)]
        assert [position.offset for _, _, position in node.publications] == list(range(1, 101))

    async def test_a_publication_arrives_as_it_was_published(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        options = PublishOptions(history_size=5, history_ttl=60, info=ANNA, tags={"eventId": "e1"}, version=7)
        result = await broker.publish("a", b'{"x":"\xd0\xb4"}', options)
        await arrives(node.publications, 1)
        _, publication, position = node.publications[0]
        assert publication == Publication(b'{"x":"\xd0\xb4"}', 1, ANNA, {"eventId": "e1"}, 7)
        assert position == result.position
        assert (await broker.history("a", ALL))[0] == [publication]

    async def test_without_history_there_is_no_offset(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        result = await broker.publish("a", b"1", PublishOptions())
        await arrives(node.publications, 1)
        assert node.publications[0][1].offset == 0
        assert result.position.offset == 0
        assert (await broker.history("a", ALL))[0] == []

    async def test_skipping_history_does_not_move_the_stream(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        await broker.publish("a", b"1", KEPT)
        await broker.publish("a", b"2", PublishOptions())
        last = await broker.publish("a", b"3", KEPT)
        assert last.position.offset == 2
        await arrives(node.publications, 3)
        assert node.data == [b"1", b"2", b"3"]

    async def test_a_failing_node_does_not_fail_the_publisher(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        node.failing = True
        result = await broker.publish("a", b"1", KEPT)
        assert result.position.offset == 1
        await broker.publish("a", b"2", KEPT)
        await arrives(node.publications, 2)

    # --- positions and history

    async def test_offsets_start_at_one_and_epochs_stay(self, broker: Broker) -> None:
        first = (await broker.publish("a", b"1", KEPT)).position
        second = (await broker.publish("a", b"2", KEPT)).position
        assert (first.offset, second.offset) == (1, 2)
        assert first.epoch == second.epoch != ""

    async def test_channels_have_streams_of_their_own(self, broker: Broker) -> None:
        a = (await broker.publish("a", b"1", KEPT)).position
        b = (await broker.publish("b", b"1", KEPT)).position
        assert a.offset == b.offset == 1
        assert a.epoch != b.epoch

    async def test_reading_an_unknown_channel_makes_a_stream(self, broker: Broker) -> None:
        publications, top = await broker.history("a", ALL)
        assert publications == []
        assert top.offset == 0
        assert top.epoch
        assert (await broker.publish("a", b"1", KEPT)).position == StreamPosition(1, top.epoch)

    async def test_history_keeps_the_newest(self, broker: Broker) -> None:
        for number in range(1, 9):
            await broker.publish("a", b"%d" % number, KEPT)
        publications, top = await broker.history("a", ALL)
        assert [publication.offset for publication in publications] == [4, 5, 6, 7, 8]
        assert top.offset == 8

    @pytest.mark.parametrize(
        ("asked", "offsets"),
        [
            (HistoryFilter(), []),
            (HistoryFilter(limit=2), [4, 5]),
            (HistoryFilter(limit=-1, reverse=True), [8, 7, 6, 5, 4]),
            (HistoryFilter(limit=2, reverse=True), [8, 7]),
            (HistoryFilter(limit=-1, since=StreamPosition(6)), [7, 8]),
            (HistoryFilter(limit=1, since=StreamPosition(6)), [7]),
            (HistoryFilter(limit=-1, since=StreamPosition(8)), []),
            (HistoryFilter(limit=-1, since=StreamPosition(99)), []),
            (HistoryFilter(limit=-1, since=StreamPosition(0)), [4, 5, 6, 7, 8]),
            (HistoryFilter(limit=-1, since=StreamPosition(2)), [4, 5, 6, 7, 8]),
            (HistoryFilter(limit=-1, since=StreamPosition(6), reverse=True), [5, 4]),
            (HistoryFilter(limit=1, since=StreamPosition(6), reverse=True), [5]),
            (HistoryFilter(limit=-1, since=StreamPosition(4), reverse=True), []),
            (HistoryFilter(limit=-1, since=StreamPosition(1), reverse=True), []),
        ],
    )
    async def test_history_filters(self, broker: Broker, asked: HistoryFilter, offsets: list[int]) -> None:
        for number in range(1, 9):
            await broker.publish("a", b"%d" % number, KEPT)
        publications, top = await broker.history("a", asked)
        assert [publication.offset for publication in publications] == offsets
        assert top.offset == 8

    async def test_history_expires_after_the_newest_and_keeps_the_position(
        self, broker: Broker, clock: FakeClock
    ) -> None:
        await broker.publish("a", b"1", KEPT)
        await self.pass_time(clock, 50)
        second = await broker.publish("a", b"2", KEPT)
        await self.pass_time(clock, 50)
        assert len((await broker.history("a", ALL))[0]) == 2
        await self.pass_time(clock, 11)
        assert await broker.history("a", ALL) == ([], second.position)
        third = await broker.publish("a", b"3", KEPT)
        assert third.position == StreamPosition(3, second.position.epoch)
        assert [publication.data for publication in (await broker.history("a", ALL))[0]] == [b"3"]

    async def test_a_forgotten_stream_begins_a_new_epoch(self, broker: Broker, clock: FakeClock) -> None:
        first = await broker.publish("a", b"1", PublishOptions(history_size=5, history_ttl=5, meta_ttl=10))
        await self.pass_time(clock, 9)
        _, alive = await broker.history("a", HistoryFilter(), meta_ttl=10)
        assert alive == first.position
        await self.pass_time(clock, 11)
        _, fresh = await broker.history("a", HistoryFilter(), meta_ttl=10)
        assert fresh.offset == 0
        assert fresh.epoch != first.position.epoch

    async def test_removing_history_keeps_the_position(self, broker: Broker) -> None:
        first = await broker.publish("a", b"1", KEPT)
        await broker.remove_history("a")
        await broker.remove_history("unknown")
        assert await broker.history("a", ALL) == ([], first.position)
        assert (await broker.publish("a", b"2", KEPT)).position.offset == 2

    # --- idempotency

    async def test_a_repeated_key_publishes_nothing_and_returns_the_first_result(
        self, broker: Broker, node: Node
    ) -> None:
        await broker.subscribe("a")
        keyed = PublishOptions(history_size=5, history_ttl=60, idempotency_key="k")
        first = await broker.publish("a", b"1", keyed)
        await broker.publish("a", b"2", KEPT)
        again = await broker.publish("a", b"3", keyed)
        assert not first.suppressed
        assert again.suppressed
        assert again.position == first.position
        await arrives(node.publications, 2)
        assert len((await broker.history("a", ALL))[0]) == 2

    async def test_keys_work_without_history(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        keyed = PublishOptions(idempotency_key="k")
        await broker.publish("a", b"1", keyed)
        assert (await broker.publish("a", b"2", keyed)).suppressed
        await broker.publish("a", b"3", PublishOptions())
        await arrives(node.publications, 2)
        assert node.data == [b"1", b"3"]

    async def test_keys_belong_to_their_channel(self, broker: Broker) -> None:
        keyed = PublishOptions(idempotency_key="k")
        await broker.publish("a", b"1", keyed)
        assert not (await broker.publish("b", b"1", keyed)).suppressed

    async def test_keys_expire(self, broker: Broker, clock: FakeClock) -> None:
        keyed = PublishOptions(history_size=5, history_ttl=600, idempotency_key="k", idempotency_ttl=10)
        await broker.publish("a", b"1", keyed)
        await self.pass_time(clock, 9)
        assert (await broker.publish("a", b"2", keyed)).suppressed
        await self.pass_time(clock, 2)
        again = await broker.publish("a", b"3", keyed)
        assert not again.suppressed
        assert again.position.offset == 2

    # --- presence, joins, leaves

    async def test_presence_lists_who_is_there(self, broker: Broker) -> None:
        await broker.add_presence("a", ANNA, 60)
        await broker.add_presence("a", BORIS, 60)
        assert await broker.presence("a") == {"c1": ANNA, "c2": BORIS}
        assert await broker.presence("b") == {}
        await broker.remove_presence("a", "c1")
        await broker.remove_presence("a", "unknown")
        await broker.remove_presence("unknown", "c1")
        assert await broker.presence("a") == {"c2": BORIS}

    async def test_presence_expires_unless_repeated(self, broker: Broker, clock: FakeClock) -> None:
        await broker.add_presence("a", ANNA, 60)
        await broker.add_presence("a", BORIS, 60)
        await self.pass_time(clock, 40)
        await broker.add_presence("a", BORIS, 60)
        await self.pass_time(clock, 21)
        assert await broker.presence("a") == {"c2": BORIS}

    async def test_presence_stats_count_clients_and_distinct_users(self, broker: Broker) -> None:
        assert await broker.presence_stats("a") == PresenceStats(0, 0)
        for user, client in [("anna", "1"), ("anna", "2"), ("boris", "3"), ("", "4"), ("", "5")]:
            await broker.add_presence("a", ClientInfo(user, client), 60)
        assert await broker.presence_stats("a") == PresenceStats(5, 3)

    async def test_joins_and_leaves_reach_subscribed_nodes(self, broker: Broker, node: Node) -> None:
        await broker.subscribe("a")
        await broker.publish_join("b", BORIS)
        await broker.publish_leave("b", BORIS)
        await broker.publish_join("a", ANNA)
        await broker.publish_leave("a", ANNA)
        await arrives(node.leaves, 1)
        assert node.joins == node.leaves == [("a", ANNA)]

    # --- control and life

    async def test_control_messages_reach_every_node_in_order(self, broker: Broker, node: Node) -> None:
        await broker.publish_control(b"1")
        await broker.publish_control(b"2")
        await arrives(node.controls, 2)
        assert node.controls == [b"1", b"2"]

    async def test_a_running_broker_is_healthy(self, broker: Broker) -> None:
        await broker.check()

    async def test_a_stopped_broker_refuses(self, clock: FakeClock, node: Node) -> None:
        broker = self.make_broker(clock)
        with pytest.raises(BrokerUnavailable):
            await broker.check()
        await broker.start(node)
        await broker.subscribe("a")
        await broker.stop()
        await broker.stop()
        with pytest.raises(BrokerUnavailable):
            await broker.check()
        with pytest.raises(BrokerUnavailable):
            await broker.publish("a", b"1", KEPT)
        assert node.publications == []
