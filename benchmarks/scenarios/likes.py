"""``POST /api/posts/{id}/like``: requests a second, and how long a commit takes to a browser's socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import NamedTuple

import msgspec

from benchmarks.bench import Bench
from benchmarks.figure import Figure, spread
from benchmarks.likes.crowd import POSTS, Crowd, Like, make_posts
from benchmarks.likes.listener import Listener, Pair, listening
from benchmarks.postgres import running_postgres
from benchmarks.tokens import SECRET

AT_ONCE = 32
# Far below what a server can do, so that the figure is the way of an event and not a queue.
CALM = 50.0
_LAST_FRAMES = 5.0

Commits = Callable[[], Mapping[Pair, float]]


class Place(NamedTuple):
    """Where the API and where the sockets are, and how to learn when likes were committed (None: nobody knows)."""

    name: str
    api_port: int
    gateway_port: int
    commits: Commits | None


class Phase(msgspec.Struct, frozen=True):
    likes: tuple[Like, ...]
    seen: dict[Pair, float]
    seconds: float

    def answered(self) -> list[Like]:
        return [like for like in self.likes if like.status == 200]


class Run(msgspec.Struct, frozen=True):
    """The three phases on one place: spread over many posts, all on one, and a calm stream."""

    spread: Phase
    hot: Phase
    calm: Phase
    commits: Mapping[Pair, float]
    repeated: int


def run(bench: Bench) -> Iterator[Figure]:
    crowd = Crowd()
    for platform in (_sqlite, _postgres_one, _postgres_two):
        yield from platform(bench, crowd)


def _sqlite(bench: Bench, crowd: Crowd) -> Iterator[Figure]:
    with bench.fanwire(_sections(bench.with_tables(bench.new_database()), platform=True)) as server:
        yield from _measure(bench, crowd, Place("SQLite, one process", server.port, server.port, None))


def _postgres_one(bench: Bench, crowd: Crowd) -> Iterator[Figure]:
    with running_postgres() as postgres:
        url = bench.with_tables(postgres.new_database())
        with bench.fanwire(_sections(url, platform=True)) as server:
            place = Place("PostgreSQL, one process", server.port, server.port, lambda: postgres.like_commits(url))
            yield from _measure(bench, crowd, place)


def _postgres_two(bench: Bench, crowd: Crowd) -> Iterator[Figure]:
    with running_postgres() as postgres, ExitStack() as stack:
        url = bench.with_tables(postgres.new_database())
        gateway = stack.enter_context(bench.fanwire(_sections(url, platform=False)))
        api = stack.enter_context(bench.fanwire(_sections(url, platform=True), verb="api"))
        place = Place("PostgreSQL, api and serve", api.port, gateway.port, lambda: postgres.like_commits(url))
        yield from _measure(bench, crowd, place)


def _sections(url: str, *, platform: bool) -> dict[str, object]:
    return {
        "database": {"url": url},
        "platform": {"enabled": platform, "token_secret_key": SECRET},
        # The listener sees likes by what the creator is told.
        "client": {"user_channels": ["notifications"]},
    }


def _measure(bench: Bench, crowd: Crowd, place: Place) -> Iterator[Figure]:
    bench.say(f"likes: {place.name}")
    yield from _figures(place, asyncio.run(_run(bench, crowd, place)))


async def _run(bench: Bench, crowd: Crowd, place: Place) -> Run:
    posts = await make_posts(place.api_port, POSTS + 1)
    async with listening(place.gateway_port, (f"post:{post}" for post in posts)) as listener:
        pairs = crowd.pairs(posts[1:])
        # Compiled statements, pools and imports are not what is measured.
        await crowd.at_once(place.api_port, pairs, AT_ONCE, 0.5)
        calm = await _phase(listener, bench.seconds(8.0), lambda s: crowd.paced(place.api_port, pairs, CALM, s))
        spread = await _phase(listener, bench.seconds(6.0), lambda s: crowd.at_once(place.api_port, pairs, AT_ONCE, s))
        hot_pairs = crowd.pairs(posts[:1])
        hot = await _phase(listener, bench.seconds(3.0), lambda s: crowd.at_once(place.api_port, hot_pairs, AT_ONCE, s))
        commits = place.commits() if place.commits else {}
        return Run(spread, hot, calm, commits, listener.repeated)


async def _phase(listener: Listener, seconds: float, act: Callable[[float], Awaitable[list[Like]]]) -> Phase:
    start = time.time()
    likes = await act(seconds)
    took = time.time() - start
    await listener.wait_for((like.pair for like in likes if like.status == 200), _LAST_FRAMES)
    return Phase(
        tuple(likes), {like.pair: listener.seen[like.pair] for like in likes if like.pair in listener.seen}, took
    )


def _figures(place: Place, run: Run) -> Iterator[Figure]:
    group = f"like, {place.name}"
    yield _rate(group, f"{AT_ONCE} at once, {POSTS} posts", run.spread)
    yield _rate(group, f"{AT_ONCE} at once, all on one post", run.hot)
    yield from spread(group, f"request to answer, {AT_ONCE} at once", [like.took for like in run.spread.answered()])
    yield from spread(group, f"request to answer, {CALM:.0f}/s", [like.took for like in run.calm.answered()])
    for name, phase in ((f"{CALM:.0f}/s", run.calm), (f"{AT_ONCE} at once", run.spread)):
        yield from spread(group, f"answer to socket, {name}", _since_answer(phase))
        if place.commits is not None:
            yield from spread(group, f"commit to socket, {name}", _since_commit(phase, run.commits))


def _rate(group: str, name: str, phase: Phase) -> Figure:
    answered = len(phase.answered())
    refused, unseen = len(phase.likes) - answered, answered - len(phase.seen)
    faults = [f"{count} {what}" for count, what in ((refused, "refused"), (unseen, "not seen at the socket")) if count]
    return Figure(group, name, "/s", (answered / phase.seconds,), note=", ".join(faults))


def _since_answer(phase: Phase) -> list[float]:
    """Negative where the frame came before the answer to the one who liked."""
    return [phase.seen[like.pair] - like.answered for like in phase.answered() if like.pair in phase.seen]


def _since_commit(phase: Phase, commits: Mapping[Pair, float]) -> list[float]:
    return [seen - commits[pair] for pair, seen in phase.seen.items() if pair in commits]
