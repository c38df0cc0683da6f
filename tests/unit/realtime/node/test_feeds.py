"""The order of subscribe and unsubscribe at the broker, whatever comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, MutableMapping
from typing import Any

import pytest

from fanwire.brokers.memory import MemoryBroker
from fanwire.errors import BrokerUnavailable
from fanwire.realtime.node.feeds import Feeds


class Gated(MemoryBroker):
    """Each call waits for ``gate``; ``calls`` is what was asked, ``fail`` the calls that fail."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.fail: set[str] = set()

    async def subscribe(self, channel: str) -> None:
        await self._call(f"+{channel}")

    async def unsubscribe(self, channel: str) -> None:
        await self._call(f"-{channel}")

    async def _call(self, call: str) -> None:
        self.calls.append(call)
        await self.gate.wait()
        if call in self.fail:
            raise BrokerUnavailable(call)


class Fixture:
    def __init__(self) -> None:
        self.broker = Gated()
        self.wanted: set[str] = set()
        self.tasks: list[asyncio.Task[None]] = []
        self.feeds = Feeds(self.broker, self.wanted.__contains__, self.run)

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.get_running_loop().create_task(coroutine))

    async def done(self) -> None:
        for task in self.tasks:
            await task


@pytest.fixture
async def fixture() -> Fixture:
    return Fixture()


async def test_the_first_opens_and_the_others_wait_for_it(fixture: Fixture) -> None:
    fixture.wanted.add("a")
    fixture.broker.gate.clear()
    opening = [asyncio.ensure_future(fixture.feeds.open("a")) for _ in range(3)]
    await asyncio.sleep(0)
    assert not fixture.feeds.is_open("a")
    fixture.broker.gate.set()
    await asyncio.gather(*opening)
    assert (fixture.broker.calls, fixture.feeds.is_open("a")) == (["+a"], True)


async def test_a_release_closes(fixture: Fixture) -> None:
    fixture.wanted.add("a")
    await fixture.feeds.open("a")
    fixture.feeds.release(["a"])
    assert not fixture.feeds.is_open("a"), "from this moment"
    await fixture.done()
    assert (fixture.broker.calls, len(fixture.feeds)) == (["+a", "-a"], 0)


async def test_wanted_again_before_it_was_closed_costs_nothing(fixture: Fixture) -> None:
    fixture.wanted.add("a")
    await fixture.feeds.open("a")
    fixture.feeds.release(["a"])
    await fixture.feeds.open("a")
    await fixture.done()
    assert (fixture.broker.calls, fixture.feeds.is_open("a")) == (["+a"], True)


async def test_wanted_again_while_it_is_closing_opens_after_that(fixture: Fixture) -> None:
    fixture.wanted.add("a")
    await fixture.feeds.open("a")
    fixture.broker.gate.clear()
    fixture.feeds.release(["a"])
    await asyncio.sleep(0)
    again = asyncio.ensure_future(fixture.feeds.open("a"))
    await asyncio.sleep(0)
    fixture.broker.gate.set()
    await again
    assert (fixture.broker.calls, fixture.feeds.is_open("a")) == (["+a", "-a", "+a"], True)


async def test_unwanted_before_it_is_open_closes_again(fixture: Fixture) -> None:
    await fixture.feeds.open("a")
    await fixture.done()
    assert (fixture.broker.calls, len(fixture.feeds)) == (["+a", "-a"], 0)


async def test_a_failed_open_is_told_to_all_who_wait_and_may_be_tried_again(fixture: Fixture) -> None:
    fixture.wanted.add("a")
    fixture.broker.fail = {"+a"}
    fixture.broker.gate.clear()
    opening = [asyncio.ensure_future(fixture.feeds.open("a")) for _ in range(2)]
    await asyncio.sleep(0)
    fixture.broker.gate.set()
    assert all(isinstance(error, BrokerUnavailable) for error in await asyncio.gather(*opening, return_exceptions=True))
    fixture.broker.fail.clear()
    await fixture.feeds.open("a")
    assert fixture.feeds.is_open("a")


async def test_a_failed_close_is_logged_and_the_next_ones_are_closed(
    fixture: Fixture, lines: list[MutableMapping[str, Any]]
) -> None:
    fixture.wanted |= {"a", "b"}
    for channel in "ab":
        await fixture.feeds.open(channel)
    fixture.broker.fail = {"-a"}
    fixture.feeds.release(["a", "b"])
    await fixture.done()
    assert fixture.broker.calls[-2:] == ["-a", "-b"]
    assert [line["event"] for line in lines] == ["feed_not_closed"]


async def test_releasing_what_is_not_open_does_nothing(fixture: Fixture) -> None:
    fixture.feeds.release(["a"])
    assert (fixture.broker.calls, fixture.tasks) == ([], [])
