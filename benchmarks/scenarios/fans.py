"""10,000 connected fans: from the commit of a post to the last fan's frame, and what it takes all to connect."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import msgspec

from benchmarks.bench import Bench
from benchmarks.client.load import Held, Reach, Target, Watch
from benchmarks.figure import Figure, spread
from benchmarks.http import HttpConnection
from benchmarks.places import Place, places
from benchmarks.scenarios.memory import personal
from benchmarks.scenarios.posts import publish
from benchmarks.subscribers.crowd import fan, subscribe_many
from benchmarks.targets import connect

FANS = 10_000
CREATOR = "famous"
# More than a snapshot holds, so that those who connect again get a full one.
POSTS = 24
BAR_MS = 1_000.0
# Seconds between two posts, and until one has reached everybody.
_PAUSE, _LIMIT = 0.2, 20.0
# Stands before the item's id in what is published, and nowhere in a snapshot.
_MARK = '"type":"notification","notification":{"id":"'


class Sent(msgspec.Struct, frozen=True):
    """Wall-clock seconds of the request, and who got the post when."""

    asked: float
    reach: Reach


def run(bench: Bench) -> Iterator[Figure]:
    count = 2_000 if bench.quick else FANS
    for place in places(bench, personal()):
        bench.say(f"fans, {place.name}: {count:,} subscribers are put in")
        subscribe_many(place.url, {CREATOR: count})
        with place.server as server:
            target = fans_target(server.port, count)
            bench.say(f"fans, {place.name}: {count:,} connect")
            with bench.client.watch(target, count) as watch:
                bench.say(f"fans, {place.name}: {POSTS} posts to {count:,} connected fans")
                sent = asyncio.run(_posts(server.port, watch))
            bench.say(f"fans, {place.name}: {count:,} connect again")
            with bench.client.hold(target, count) as again:
                pass
        yield from _figures(place, count, sent, watch.held, again)


def fans_target(port: int, count: int) -> Target:
    """Each fan gets the two personal channels, and with the first of them membership in their audiences."""
    return Target(
        port=port,
        path="/connection/websocket",
        hellos=tuple(connect(fan(number)) for number in range(1, count + 1)),
        ready='"connect":{',
        mark=_MARK,
    )


async def _posts(port: int, watch: Watch) -> list[Sent]:
    """One post after the other; the next one leaves when the last fan has the one before."""
    sent = []
    async with HttpConnection(port) as connection:
        for _ in range(POSTS):
            await asyncio.sleep(_PAUSE)
            asked = time.time()
            answer = asyncio.create_task(publish(connection, CREATOR))
            reach = await asyncio.to_thread(watch.next, _LIMIT)
            await answer
            sent.append(Sent(asked, reach))
    return sent


def _figures(place: Place, count: int, sent: list[Sent], first: Held, again: Held) -> Iterator[Figure]:
    group = f"a post to {count:,} connected fans, {place.name}"
    faults = sent[-1].reach.faults
    yield from spread(group, "request to the last fan's frame", [one.reach.last - one.asked for one in sent], BAR_MS)
    if place.postgres is not None:
        commits = place.postgres.post_commits(place.url, CREATOR)
        since = [one.reach.last - commit for commit, one in zip(commits, sent, strict=True)]
        yield from spread(group, "commit to the last fan's frame", since, BAR_MS)
    yield from spread(group, "first to last fan", [one.reach.last - one.reach.first for one in sent])
    yield Figure(group, "deliveries twice or out of order", "", (faults,), "lower", 0.0)
    yield Figure(group, "connects, nothing unread", "/s", (first.per_second,))
    yield Figure(group, "connects, a snapshot of 20 posts each", "/s", (again.per_second,))
