"""10,000 idle connections: resident memory of the server for each."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.client.load import Target
from benchmarks.figure import Figure
from benchmarks.process import Server
from benchmarks.targets import NAMESPACES, connect, fanwire_target, peer_target

CONNECTIONS = 10_000
BAR_KB = 8.0
# Until allocators and timers are quiet.
SETTLE = 2.0


def run(bench: Bench) -> Iterator[Figure]:
    """Growth from the started server without any connection: what the first ones load counts, too."""
    count = 2_000 if bench.quick else CONNECTIONS
    bench.say(f"memory: {count:,} connections to websockets")
    with bench.peer() as server:
        peer, peer_rate = _growth(bench, server, peer_target(server.port), count)
    bench.say(f"memory: {count:,} connections with one channel")
    with bench.fanwire({"channel": {"namespaces": NAMESPACES}}) as server:
        one, rate = _growth(bench, server, fanwire_target(server.port, "plain:idle"), count)
    bench.say(f"memory: {count:,} users with notifications and feed")
    with bench.fanwire({"client": personal()}) as server:
        own, own_rate = _growth(bench, server, personal_target(server.port, count), count)
    group = f"{count:,} idle connections"
    yield Figure(group, "memory each, one channel", "KB", (one,), "lower", BAR_KB, (peer,))
    yield Figure(group, "memory each, notifications + feed of a user", "KB", (own,), "lower", BAR_KB, (peer,))
    yield Figure(group, "connects, one channel", "/s", (rate,), peer_rounds=(peer_rate,))
    yield Figure(group, "connects, notifications + feed of a user", "/s", (own_rate,), note="a snapshot each")


def personal() -> dict[str, object]:
    """Client settings that give each user the two personal channels."""
    return {"user_channels": ["notifications", "feed"]}


def personal_target(port: int, users: int) -> Target:
    return Target(
        port=port,
        path="/connection/websocket",
        hellos=tuple(connect(f"user{number}") for number in range(users)),
        ready='"connect":{',
    )


def _growth(bench: Bench, server: Server, target: Target, count: int) -> tuple[float, float]:
    """KB of each connection, and connections made a second."""
    before = server.resident_bytes()
    with bench.client.hold(target, count) as held:
        time.sleep(SETTLE)
        after = server.resident_bytes()
    return (after - before) / count / 1024, held.per_second
