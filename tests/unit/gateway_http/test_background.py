"""What runs beside the requests: tasks, the access poll, the backlog, and whether events reach us."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from fanwire.access.feed import AccessChange
from fanwire.gateway import backlog as backlog_module
from fanwire.gateway.access_poll import AccessPoll
from fanwire.gateway.background import keep_running
from fanwire.gateway.backlog import BacklogWatch
from fanwire.gateway.reach import Reach
from fanwire.gateway.readiness import NotReady
from fanwire.outbox.backlog import Backlog
from fanwire.settings import Settings

DOWN = OperationalError("SELECT", {}, Exception("away"))
CHANGE = AccessChange("boris", "post:1", "revoke", None, None, "refunded")


async def test_a_task_ends_with_its_stack() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with AsyncExitStack() as stack:
        task = keep_running(stack, work(), "work")
        await asyncio.sleep(0)
    assert ended.is_set()
    assert task.cancelled()


async def test_a_task_that_fails_is_logged_and_stops_nothing() -> None:
    async def work() -> None:
        raise RuntimeError("a bug")

    with capture_logs() as lines:
        async with AsyncExitStack() as stack:
            task = keep_running(stack, work(), "work")
            await asyncio.wait([task])
            await asyncio.sleep(0)
    assert [(line["event"], line["task"]) for line in lines] == [("background_task_failed", "work")]


class Feed:
    """Answers of an access feed, one after the other."""

    def __init__(self, *answers: list[AccessChange] | Exception) -> None:
        self.answers = list(answers)
        self.read_at = 0.0

    async def changes(self) -> list[AccessChange]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        self.read_at += 1
        return answer


async def test_access_changes_are_told_in_order_and_an_outage_once() -> None:
    told: list[AccessChange] = []
    heard: list[tuple[int, float]] = []

    async def changed(change: AccessChange) -> None:
        told.append(change)

    other = AccessChange("boris", "creator:anna", "grant", "vip", None, "")
    feed: Any = Feed([CHANGE, other], DOWN, DOWN, [CHANGE], DOWN)
    poll = AccessPoll(feed, changed, lambda changes, at: heard.append((len(changes), at)))
    with capture_logs() as lines:
        for _ in range(5):
            await poll.look()
            await poll.settled()
    assert told == [CHANGE, other, CHANGE]
    assert heard == [(2, 1.0), (1, 2.0)]
    assert poll.changes == 3
    assert [line["event"] for line in lines] == ["access_feed_down"] * 2


async def test_no_error_ends_the_poll_and_no_change_takes_the_next_with_it() -> None:
    """Who hears of no change any more would keep access that has ended, for as long as the process lives."""
    told: list[AccessChange] = []

    def changed(change: AccessChange) -> Coroutine[Any, Any, None]:
        if change is CHANGE:
            raise RuntimeError("a bug")

        async def finish() -> None:
            told.append(change)

        return finish()

    heard: list[float] = []
    other = AccessChange("boris", "creator:anna", "grant", "vip", None, "")
    feed: Any = Feed([CHANGE, other], ValueError("a row that nobody expected"), [other])
    poll = AccessPoll(feed, changed, lambda _changes, at: heard.append(at))
    with capture_logs() as lines:
        for _ in range(3):
            await poll.look()
            await poll.settled()
    assert told == [other, other]
    assert heard == [1.0, 2.0]
    assert [line["event"] for line in lines] == ["access_change_failed", "access_feed_down"]


async def test_a_gateway_that_hears_of_no_change_of_access_is_not_ready() -> None:
    feed: Any = SimpleNamespace(age=lambda: 4.9)
    check = AccessPoll(feed, None, None).check  # type: ignore[arg-type]
    await check()
    feed.age = lambda: 5.1
    with pytest.raises(NotReady, match="locked channels are held back"):
        await check()


async def test_a_backlog_that_is_too_old_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Backlog | Exception] = [Backlog(2, 31.0, 0, 0), DOWN, Backlog(2, 29.0, 0, 0)]

    async def measure(_: object) -> Backlog:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(backlog_module, "measure", measure)
    database: Any = None
    watch = BacklogWatch(database, 30.0)
    await watch.check()
    for _ in range(2):
        await watch.look()
        with pytest.raises(NotReady, match=r"the oldest of 2 events waits for 31 s \(limit: relay\.ready_lag = 30 s\)"):
            await watch.check()
    await watch.look()
    await watch.check()


async def test_losing_the_relay_is_not_ready_and_logged_once() -> None:
    relay: Any = SimpleNamespace(stats=SimpleNamespace(holding=True))
    reach = Reach(Settings(), relay)
    await reach.check()
    relay.stats.holding = False
    with capture_logs() as lines:
        reach.look()
        reach.look()
    assert [line["event"] for line in lines] == ["events_do_not_reach_us"]
    with pytest.raises(NotReady, match="memory://"):
        await reach.check()
    relay.stats.holding = True
    reach.look()
    await reach.check()


async def test_memory_without_a_relay_never_reaches_us_and_a_shared_broker_does() -> None:
    with pytest.raises(NotReady):
        await Reach(Settings(), None).check()
    shared = Settings.model_validate({"broker": {"url": "redis://h"}})
    await Reach(shared, None).check()
