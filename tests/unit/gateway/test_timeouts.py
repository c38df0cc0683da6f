from __future__ import annotations

import asyncio
from collections.abc import Callable

from fanwire.gateway.timeouts import Timeouts


class Loop:
    """The part of a loop that has timers, with time moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[[], None], Timer]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        return self.call_at(self.now + delay, callback)

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        timer = Timer()
        self.timers.append((when, callback, timer))
        return timer

    def advance(self, seconds: float) -> None:
        self.now += seconds
        due, self.timers = self.timers, []
        for when, callback, timer in due:
            if timer.cancelled:
                continue
            if when <= self.now:
                callback()
            else:
                self.timers.append((when, callback, timer))


class Timer:
    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


def timeouts(seconds: float = 10.0) -> tuple[Timeouts[str], Loop, list[str]]:
    loop, expired = Loop(), list[str]()
    return Timeouts(seconds, expired.append, loop), loop, expired  # type: ignore[arg-type]


def test_expires_each_thing_at_its_own_time() -> None:
    limits, loop, expired = timeouts()
    limits.add("a")
    loop.advance(4)
    limits.add("b")
    loop.advance(6)
    assert expired == ["a"]
    loop.advance(4)
    assert expired == ["a", "b"]
    assert len(limits) == 0


def test_has_one_timer_for_all() -> None:
    limits, loop, _ = timeouts()
    for number in range(1000):
        limits.add(str(number))
    assert len(loop.timers) == 1


def test_has_no_timer_when_nothing_runs() -> None:
    limits, loop, _ = timeouts()
    limits.add("a")
    loop.advance(10)
    assert loop.timers == []
    limits.add("b")
    assert len(loop.timers) == 1


def test_adding_again_does_not_prolong() -> None:
    limits, loop, expired = timeouts()
    limits.add("a")
    loop.advance(9)
    limits.add("a")
    loop.advance(1)
    assert expired == ["a"]


def test_discarded_things_never_expire() -> None:
    limits, loop, expired = timeouts()
    limits.add("a")
    limits.add("b")
    limits.discard("a")
    limits.discard("unknown")
    loop.advance(10)
    assert expired == ["b"]


def test_may_be_changed_while_it_expires() -> None:
    loop = Loop()
    seen: list[str] = []

    def expire(thing: str) -> None:
        seen.append(thing)
        limits.discard("b")
        limits.add("c")

    limits = Timeouts(10.0, expire, loop)  # type: ignore[arg-type]
    limits.add("a")
    limits.add("b")
    loop.advance(10)
    assert seen == ["a", "b"]
    assert len(limits) == 1


def test_close_forgets_everything() -> None:
    limits, loop, expired = timeouts()
    limits.add("a")
    limits.close()
    limits.close()
    loop.advance(20)
    assert expired == []
    assert len(limits) == 0


async def test_runs_on_a_real_loop() -> None:
    expired = asyncio.Event()
    limits: Timeouts[str] = Timeouts(0.001, lambda thing: expired.set(), asyncio.get_running_loop())
    limits.add("a")
    async with asyncio.timeout(5):
        await expired.wait()
