"""One channel, 1,000 subscribers: deliveries a second and latency, beside PyPI ``websockets``' broadcast()."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

import msgspec

from benchmarks.bench import Bench
from benchmarks.client.load import Arrivals, Load, Target
from benchmarks.figure import Figure
from benchmarks.process import Server
from benchmarks.targets import NAMESPACES, fanwire_target, over_http, peer_target

SUBSCRIBERS = 1_000
# The load of issue 4, and what it asks of it.
OFFERED = 1_000_000
ONE_OUTSTANDING_BAR = 100_000
P99_BAR_MS = 50.0

PEER = "websockets"
# An open loop ends between two publications: this share of the offered load is all of it.
_ALL = 0.99
_NOTICEABLE = 0.05


class Variant(msgspec.Struct, frozen=True):
    """``name`` says how it is published and whether the channel keeps history."""

    name: str
    target: Target


class Shot(NamedTuple):
    """One run. ``server_waited``: share of the time in which other processes had the server's core."""

    arrivals: Arrivals
    server_waited: float


Seen = dict[tuple[str, str], list[Shot]]


def run(bench: Bench) -> Iterator[Figure]:
    """Rounds of all variants and the peer in turn: what disturbs the machine disturbs each of them."""
    seen: Seen = defaultdict(list)
    for number in range(bench.rounds):
        bench.say(f"fan-out, round {number + 1} of {bench.rounds}: {PEER}")
        with bench.peer() as server:
            _measure(bench, server, Variant(PEER, peer_target(server.port)), seen)
        with bench.fanwire({"channel": {"namespaces": NAMESPACES}}) as server:
            for variant in variants(server.port):
                bench.say(f"fan-out, round {number + 1} of {bench.rounds}: {variant.name}")
                _measure(bench, server, variant, seen)
    yield from _figures(seen)


def loads(bench: Bench) -> dict[str, Load]:
    """The three loads, by name."""
    short, long = bench.seconds(2.0), bench.seconds(8.0)
    return {
        "1 outstanding": Load(SUBSCRIBERS, short),
        "16 outstanding": Load(SUBSCRIBERS, short, outstanding=16),
        "offered 1M/s": Load(SUBSCRIBERS, long, warmup=1.0, rate=OFFERED / SUBSCRIBERS),
    }


def variants(port: int) -> tuple[Variant, ...]:
    """How Fanwire is published to; each has a channel of its own."""
    return (
        Variant("socket, no history", fanwire_target(port, "plain:bench")),
        Variant("socket, history", fanwire_target(port, "kept:bench")),
        Variant("HTTP API, no history", over_http(fanwire_target(port, "plain:api"), "plain:api")),
    )


def _measure(bench: Bench, server: Server, variant: Variant, seen: Seen) -> None:
    for name, load in loads(bench).items():
        before = server.waited_seconds()
        arrivals = bench.client.fanout(variant.target, load)
        waited = (server.waited_seconds() - before) / (load.seconds + load.warmup)
        seen[name, variant.name].append(Shot(arrivals, waited))


def _figures(seen: Seen) -> Iterator[Figure]:
    # By load, then by variant: what is compared stands together.
    order = [load for load, variant in seen if variant == PEER]
    for (load, variant), shots in sorted(seen.items(), key=lambda item: order.index(item[0][0])):
        if variant == PEER:
            continue
        peer = seen[load, PEER]
        offered = load.startswith("offered")
        bar = OFFERED * _ALL if offered else ONE_OUTSTANDING_BAR if load.startswith("1 ") else None
        yield _figure(load, variant, "per_second", shots, peer, bar)
        if offered:
            yield _figure(load, variant, "p50_ms", shots, peer, None)
            yield _figure(load, variant, "p99_ms", shots, peer, P99_BAR_MS)


def _figure(load: str, variant: str, column: str, shots: list[Shot], peer: list[Shot], bar: float | None) -> Figure:
    rate = column == "per_second"
    return Figure(
        group=f"fan-out to {SUBSCRIBERS:,}, {load}",
        name=variant if rate else f"{variant}: {column[:3]}",
        unit="/s" if rate else "ms",
        rounds=tuple(float(getattr(shot.arrivals, column)) for shot in shots),
        peer_rounds=tuple(float(getattr(shot.arrivals, column)) for shot in peer),
        better="higher" if rate else "lower",
        bar=bar,
        note=", ".join((*_faults(shots), *_disturbance(shots))) if rate else "",
    )


def _faults(shots: Sequence[Shot]) -> Iterator[str]:
    """Nothing when every subscriber got every publication in one order."""
    bad = [shot.arrivals for shot in shots if not shot.arrivals.agreed]
    if bad:
        worst = max(bad, key=lambda one: one.missing)
        yield f"{worst.missing} missing, {worst.closed} closed ({worst.close_code}), {worst.errors} refused"


def _disturbance(shots: Sequence[Shot]) -> Iterator[str]:
    """Said when other processes took a core from us for a noticeable time."""
    server = median(shot.server_waited for shot in shots)
    client = median(shot.arrivals.client_waited for shot in shots)
    if max(server, client) > _NOTICEABLE:
        yield f"lost to other processes: {server:.0%} of the server's core, {client:.0%} of the client's"
