"""What the conformance suite cannot see of the memory broker: its memory and its synchrony."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from fanwire.brokers import memory
from fanwire.brokers.base import ClientInfo, HistoryFilter, PublishOptions
from fanwire.brokers.memory import MemoryBroker
from fanwire.testing.broker_suite import Node
from fanwire.testing.clock import FakeClock


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.fixture
async def broker(clock: FakeClock, node: Node) -> AsyncIterator[MemoryBroker]:
    broker = MemoryBroker(clock, max_keys=100)
    await broker.start(node)
    yield broker
    await broker.stop()


async def test_delivery_is_done_before_publish_returns(broker: MemoryBroker, node: Node) -> None:
    await broker.subscribe("a")
    await broker.publish("a", b"1", PublishOptions())
    assert node.data == [b"1"]


async def test_publish_never_suspends(broker: MemoryBroker) -> None:
    step = broker.publish("a", b"1", PublishOptions(history_size=1, history_ttl=1, idempotency_key="k"))
    with pytest.raises(StopIteration):
        step.send(None)


async def test_a_sweep_frees_expired_publications_then_positions(broker: MemoryBroker, clock: FakeClock) -> None:
    await broker.history("a", HistoryFilter())
    await broker.publish("a", b"1", PublishOptions(history_size=5, history_ttl=10, meta_ttl=20))
    stream = broker._streams.open("a", clock.monotonic(), 0)
    clock.advance(10)
    broker.sweep()
    assert not stream.publications
    clock.advance(memory.META_TTL)
    broker.sweep()
    assert len(broker._streams) == 0


async def test_a_sweep_keeps_what_was_used_again(broker: MemoryBroker, clock: FakeClock) -> None:
    options = PublishOptions(history_size=5, history_ttl=10)
    await broker.publish("a", b"1", options)
    clock.advance(9)
    await broker.publish("a", b"2", options)
    clock.advance(9)
    broker.sweep()
    publications, _ = await broker.history("a", HistoryFilter(limit=-1))
    assert [publication.data for publication in publications] == [b"1", b"2"]


async def test_removed_history_needs_no_sweep(broker: MemoryBroker, clock: FakeClock) -> None:
    await broker.publish("a", b"1", PublishOptions(history_size=5, history_ttl=10))
    await broker.remove_history("a")
    clock.advance(11)
    broker.sweep()
    assert (await broker.history("a", HistoryFilter(limit=-1)))[1].offset == 1


async def test_a_sweep_frees_expired_keys(broker: MemoryBroker, clock: FakeClock) -> None:
    for number in range(50):
        await broker.publish("a", b"1", PublishOptions(idempotency_key=str(number), idempotency_ttl=10))
    await broker.publish("a", b"1", PublishOptions(idempotency_key="long", idempotency_ttl=100))
    clock.advance(10)
    broker.sweep()
    assert len(broker._seen) == 1
    assert (await broker.publish("a", b"1", PublishOptions(idempotency_key="long"))).suppressed


async def test_remembered_keys_are_bounded_and_the_soonest_to_expire_goes_first(broker: MemoryBroker) -> None:
    await broker.publish("a", b"1", PublishOptions(idempotency_key="long", idempotency_ttl=1000))
    for number in range(300):
        await broker.publish("a", b"1", PublishOptions(idempotency_key=str(number), idempotency_ttl=10))
    assert len(broker._seen) == 100
    assert (await broker.publish("a", b"1", PublishOptions(idempotency_key="long"))).suppressed
    assert not (await broker.publish("a", b"1", PublishOptions(idempotency_key="0"))).suppressed


async def test_a_sweep_frees_expired_presence(broker: MemoryBroker, clock: FakeClock) -> None:
    await broker.add_presence("a", ClientInfo("anna", "1"), 10)
    await broker.add_presence("a", ClientInfo("boris", "2"), 10)
    clock.advance(5)
    await broker.add_presence("a", ClientInfo("boris", "2"), 10)
    clock.advance(5)
    broker.sweep()
    assert len(broker._attendance) == 1
    clock.advance(5)
    broker.sweep()
    assert len(broker._attendance) == 0


async def test_leaving_and_coming_back_leaves_no_trail(broker: MemoryBroker) -> None:
    for _ in range(100):
        await broker.add_presence("a", ClientInfo("anna", "1"), 10)
        await broker.remove_presence("a", "1")
    assert len(broker._attendance._deadlines) == 1


async def test_a_running_broker_sweeps_by_itself(clock: FakeClock, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SWEEP_INTERVAL", 0.001)
    broker = MemoryBroker(clock)
    await broker.start(node)
    await broker.add_presence("a", ClientInfo("anna", "1"), 10)
    clock.advance(10)
    async with asyncio.timeout(5):
        while len(broker._attendance):
            await asyncio.sleep(0)
    await broker.stop()


async def test_a_new_life_forgets_everything(clock: FakeClock, node: Node) -> None:
    broker = MemoryBroker(clock)
    await broker.start(node)
    first = await broker.publish("a", b"1", PublishOptions(history_size=5, history_ttl=10))
    await broker.stop()
    await broker.start(node)
    _, top = await broker.history("a", HistoryFilter())
    assert top.offset == 0
    assert top.epoch != first.position.epoch
    await broker.stop()
