"""``POST /api/posts`` of a creator with 100,000 subscribers, beside one with 10: the answer, and the rows written."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.bench import Bench
from benchmarks.figure import Figure, spread
from benchmarks.http import HttpConnection
from benchmarks.places import Place, places
from benchmarks.subscribers.crowd import subscribe_many
from benchmarks.subscribers.writes import Writes, counted_writes
from benchmarks.tokens import token

FEW, MANY = 10, 100_000
POSTS = 50
BAR_MS = 20.0
# Seconds between two posts: each finds a server that has handled the one before.
PAUSE = 0.05
_RELAY_LIMIT = 10.0

BODY = b'{"title":"Benchmark","content":"A post to everybody who pays for it.","isLocked":true}'


class Creator(NamedTuple):
    name: str
    subscribers: int


CREATORS = (Creator("little", FEW), Creator("famous", MANY))


def run(bench: Bench) -> Iterator[Figure]:
    for place in places(bench):
        bench.say(f"posts, {place.name}: {MANY:,} subscribers are put in")
        subscribe_many(place.url, {creator.name: creator.subscribers for creator in CREATORS})
        with place.server as server:
            bench.say(f"posts, {place.name}: {POSTS} posts to {FEW} and to {MANY:,}, in turn")
            took = asyncio.run(_timed(server.port, 10 if bench.quick else POSTS))
            with counted_writes(place.url) as writes:
                rows = {creator: asyncio.run(_written(server.port, creator, writes)) for creator in CREATORS}
        yield from _figures(place, took, rows)


async def _timed(port: int, posts: int) -> dict[Creator, list[float]]:
    """Seconds from request to answer, by creator; in turn, so that what disturbs the machine disturbs both."""
    took: defaultdict[Creator, list[float]] = defaultdict(list)
    async with HttpConnection(port) as connection:
        for creator in CREATORS:
            # Compiled statements, pools and imports are not what is measured.
            await publish(connection, creator.name)
        for _ in range(posts):
            for creator in CREATORS:
                await asyncio.sleep(PAUSE)
                took[creator].append(await publish(connection, creator.name))
    return took


async def publish(connection: HttpConnection, creator: str) -> float:
    """One post; the seconds until its answer. Raises RuntimeError when it is refused."""
    bearer = token(creator)
    start = time.perf_counter()
    answer = await connection.post("/api/posts", bearer, BODY)
    seconds = time.perf_counter() - start
    if answer.status != 201:
        raise RuntimeError(f"the API does not take a post: {answer.status} {answer.body[:500]!r}")
    return seconds


async def _written(port: int, creator: Creator, writes: Writes) -> dict[str, int]:
    """The rows that one post writes, in its own transaction and by the relay's work."""
    writes.backlog.wait_for(0, _RELAY_LIMIT)
    writes.forget()
    async with HttpConnection(port) as connection:
        await publish(connection, creator.name)
    writes.backlog.wait_for(0, _RELAY_LIMIT)
    return writes.by_table()


def _figures(place: Place, took: dict[Creator, list[float]], rows: dict[Creator, dict[str, int]]) -> Iterator[Figure]:
    group = f"a post, {place.name}"
    for creator in CREATORS:
        yield from spread(group, f"request to answer, {creator.subscribers:,} subscribers", took[creator], BAR_MS)
    few, many = (sum(rows[creator].values()) for creator in CREATORS)
    note = "" if rows[CREATORS[0]] == rows[CREATORS[1]] else f"{rows[CREATORS[0]]} against {rows[CREATORS[1]]}"
    yield Figure(group, f"rows written, {FEW} subscribers", "rows", (few,), "lower")
    yield Figure(group, f"rows written, {MANY:,} subscribers", "rows", (many,), "lower", float(few), note=note)
