from __future__ import annotations

import asyncio

import pytest

from fanwire.gateway import drain as drain_module
from fanwire.gateway.drain import drain


class Peer:
    def __init__(self, log: list[float]) -> None:
        self._log = log

    def shutdown(self) -> None:
        self._log.append(asyncio.get_running_loop().time())


async def test_spreads_over_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain_module, "_STEP", 0.001)
    times: list[float] = []
    await drain([Peer(times) for _ in range(200)], 0.2, lambda: False)
    assert len(times) == 200
    assert 0.15 < times[-1] - times[0] < 5.0
    # Not all at the end: a busy machine may skip steps, but not most of them.
    assert len(set(times)) > 3


async def test_few_connections_do_not_wait_for_the_window() -> None:
    times: list[float] = []
    async with asyncio.timeout(5):
        await drain([Peer(times) for _ in range(3)], 60.0, lambda: False)
    assert len(times) == 3


async def test_no_window_means_at_once() -> None:
    times: list[float] = []
    await drain([Peer(times) for _ in range(1000)], 0.0, lambda: False)
    assert len(times) == 1000


async def test_nobody_to_drain() -> None:
    await drain([], 60.0, lambda: False)


async def test_gives_up_when_told() -> None:
    times: list[float] = []
    await drain([Peer(times) for _ in range(10_000)], 60.0, lambda: len(times) > 0)
    assert 0 < len(times) < 10_000
