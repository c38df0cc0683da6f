"""The end of access while 1,000 locked frames a second flow: how long after it the last one arrives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from benchmarks.access.flow import flowing
from benchmarks.access.viewer import Viewer, viewing
from benchmarks.bench import Bench
from benchmarks.figure import Figure
from benchmarks.http import HttpConnection
from benchmarks.places import Place, places
from benchmarks.scenarios.posts import BODY
from benchmarks.tokens import token

CREATOR = "famous"
RATE = 1_000
BAR_MS = 1_000.0
# Viewers of each kind; one access after the other ends, so that each is measured by itself.
VIEWERS = 4
_STEP, _LIMIT = 0.5, 40.0
# What a viewer has seen before anything ends, and how long one that has lost access is watched.
_FRAMES, _AFTER = 200, 1.5


class Ending(NamedTuple):
    """``delay``: seconds from the end to the last frame (negative: that came before it). ``reason`` was told."""

    delay: float
    reason: str


class Endings(NamedTuple):
    """One for each viewer."""

    expired: list[Ending]
    refunded: list[Ending]
    rate: float


def run(bench: Bench) -> Iterator[Figure]:
    for place in places(bench):
        bench.say(f"access, {place.name}: it ends for {2 * VIEWERS} viewers while {RATE:,} frames a second flow")
        with place.server as server:
            endings = asyncio.run(_endings(server.port))
        yield from _figures(place, endings)


async def _endings(port: int) -> Endings:
    async with asyncio.timeout(_LIMIT), AsyncExitStack() as stack:
        api = await stack.enter_async_context(HttpConnection(port))
        channel = f"post:{await _locked_post(api)}"
        # Until the viewers are in and have seen enough; each lapses half a second after the one before.
        first = time.time() + 4
        ends = [first + number * _STEP for number in range(VIEWERS)]
        lapsing = [await _viewer(stack, port, api, f"lapsing{number}", channel, end) for number, end in enumerate(ends)]
        refunded = [await _viewer(stack, port, api, f"refunded{number}", channel) for number in range(VIEWERS)]
        flow = await stack.enter_async_context(flowing(port, channel, RATE))
        await asyncio.gather(*(viewer.wait_for(_FRAMES) for viewer in (*lapsing, *refunded)))
        asked = [await _refund(api, f"refunded{number}") for number in range(VIEWERS)]
        await asyncio.gather(*(viewer.wait_for_end() for viewer in (*lapsing, *refunded)))
        await asyncio.sleep(_AFTER)
        return Endings(_since(lapsing, ends), _since(refunded, asked), flow.rate)


async def _locked_post(api: HttpConnection) -> str:
    answer = await api.post("/api/posts", token(CREATOR), BODY)
    if answer.status != 201:
        raise RuntimeError(f"the API does not take a post: {answer.status} {answer.body[:500]!r}")
    return str(answer.json()["id"])


async def _viewer(
    stack: AsyncExitStack, port: int, api: HttpConnection, user: str, channel: str, end: float | None = None
) -> Viewer:
    """Subscribed to the creator until ``end`` (wall-clock seconds; None: for good), and looking at the post."""
    until = None if end is None else datetime.fromtimestamp(end, UTC)
    await _say(api, "grant_access", {"userId": user, "resource": f"creator:{CREATOR}", "until": until})
    return await stack.enter_async_context(viewing(port, user, channel))


async def _refund(api: HttpConnection, user: str) -> float:
    """The moment at which it was asked for: its commit is somewhat later."""
    await asyncio.sleep(_STEP)
    asked = time.time()
    await _say(api, "revoke_access", {"userId": user, "resource": f"creator:{CREATOR}", "reason": "refunded"})
    return asked


async def _say(api: HttpConnection, function: str, arguments: dict[str, object]) -> None:
    answer = await api.call(f"/events/{function}", msgspec.json.encode(arguments))
    if answer.status != 202:
        raise RuntimeError(f"{function} is not taken: {answer.status} {answer.body[:500]!r}")


def _since(viewers: list[Viewer], ends: list[float]) -> list[Ending]:
    return [Ending(viewer.last - end, viewer.reason) for viewer, end in zip(viewers, ends, strict=True)]


def _figures(place: Place, endings: Endings) -> Iterator[Figure]:
    group = f"the end of access, {place.name}"
    yield _longest(group, "lapse to the last locked frame", endings.expired, "expired")
    yield _longest(group, "refund's request to the last locked frame", endings.refunded, "refunded")
    yield Figure(group, "locked frames published meanwhile", "/s", (endings.rate,))


def _longest(group: str, name: str, endings: list[Ending], reason: str) -> Figure:
    """Who waited for an answer for so long that too much was held is told to come back, and then why not."""
    shortest = min(ending.delay for ending in endings) * 1e3
    others = [ending.reason for ending in endings if ending.reason != reason]
    note = f"longest of {len(endings)}; the shortest {shortest:.0f} ms"
    told = f"; {len(others)} told {others[0]!r}" if others else ""
    worst = max(ending.delay for ending in endings) * 1e3
    return Figure(group, name, "ms", (worst,), "lower", BAR_MS, note=note + told)
