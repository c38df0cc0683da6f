"""One channel, 1,000 subscribers: deliveries a second and latency, beside PyPI ``websockets``' broadcast()."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from benchmarks.bench import Bench
from benchmarks.client.load import Arrivals, Load, Target
from benchmarks.figure import Figure
from benchmarks.peers.broadcast import PUBLISHER, READY
from benchmarks.tokens import API_KEY, token

SUBSCRIBERS = 1_000
# The load of issue 4, and what it asks of it.
OFFERED = 1_000_000
ONE_OUTSTANDING_BAR = 100_000
P99_BAR_MS = 50.0

NAMESPACES = (
    {"name": "plain", "allow_subscribe_for_client": True, "allow_publish_for_client": True},
    {
        "name": "kept",
        "allow_subscribe_for_client": True,
        "allow_publish_for_client": True,
        "history_size": 100,
        "history_ttl": "60s",
        "force_recovery": True,
    },
)

# The peer's publisher sends what a Fanwire subscriber receives, so that both write the same bytes.
_PEER_HEAD = '{"push":{"channel":"plain:bench","pub":{"data":'

Key = tuple[str, str]


class Variant(msgspec.Struct, frozen=True):
    """``name`` says how it is published and whether the channel keeps history."""

    name: str
    target: Target


def run(bench: Bench) -> Iterator[Figure]:
    """Rounds of all variants and the peer in turn: what disturbs the machine disturbs each of them."""
    seen: dict[Key, list[Arrivals]] = defaultdict(list)
    for number in range(bench.rounds):
        bench.say(f"fan-out, round {number + 1} of {bench.rounds}: websockets")
        with bench.peer() as server:
            _measure(bench, Variant("websockets", peer_target(server.port)), seen)
        with bench.fanwire({"channel": {"namespaces": NAMESPACES}}) as server:
            for variant in variants(server.port):
                bench.say(f"fan-out, round {number + 1} of {bench.rounds}: {variant.name}")
                _measure(bench, variant, seen)
    yield from _figures(seen)


def loads(bench: Bench) -> dict[str, Load]:
    """The three loads, by name."""
    short, long = bench.seconds(3.0), bench.seconds(10.0)
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


def connect(user: str, channel: str = "") -> str:
    """First message of a Fanwire client: connect, and subscribe when a channel is given."""
    commands: list[object] = [{"id": 1, "connect": {"token": token(user)}}]
    if channel:
        commands.append({"id": 2, "subscribe": {"channel": channel}})
    return "\n".join(json.dumps(command, separators=(",", ":")) for command in commands)


def fanwire_target(port: int, channel: str) -> Target:
    return Target(
        port=port,
        path="/connection/websocket",
        hellos=tuple(connect(f"user{number}", channel) for number in range(16)),
        ready='"subscribe":{',
        head=f'{{"id":9,"publish":{{"channel":"{channel}","data":',
        tail="}}",
        publish_hello=connect("publisher", f"{channel.partition(':')[0]}:other"),
    )


def over_http(target: Target, channel: str) -> Target:
    """The same subscribers, published to by the server API."""
    head = f'{{"channel":"{channel}","data":'
    return msgspec.structs.replace(target, publish="http", head=head, tail="}", api_key=API_KEY)


def peer_target(port: int) -> Target:
    return Target(
        port=port, path="/", hellos=("subscriber",), ready=READY, publish_hello=PUBLISHER, head=_PEER_HEAD, tail="}}}"
    )


def _measure(bench: Bench, variant: Variant, seen: dict[Key, list[Arrivals]]) -> None:
    for name, load in loads(bench).items():
        seen[name, variant.name].append(bench.client.fanout(variant.target, load))


def _figures(seen: dict[Key, list[Arrivals]]) -> Iterator[Figure]:
    for (load, variant), arrivals in seen.items():
        if variant == "websockets":
            continue
        peer = seen[load, "websockets"]
        if not load.startswith("offered"):
            yield _rate(load, variant, arrivals, peer, ONE_OUTSTANDING_BAR if load.startswith("1 ") else None)
            continue
        yield _rate(load, variant, arrivals, peer, OFFERED * 0.99)
        for name, bar in (("p50_ms", None), ("p99_ms", P99_BAR_MS)):
            yield Figure(
                group=f"fan-out to 1,000, {load}",
                name=f"{variant}: {name[:3]}",
                unit="ms",
                rounds=_column(arrivals, name),
                peer_rounds=_column(peer, name),
                better="lower",
                bar=bar,
            )


def _rate(load: str, variant: str, arrivals: list[Arrivals], peer: list[Arrivals], bar: float | None) -> Figure:
    return Figure(
        group=f"fan-out to 1,000, {load}",
        name=variant,
        unit="/s",
        rounds=_column(arrivals, "per_second"),
        peer_rounds=_column(peer, "per_second"),
        bar=bar,
        note=_faults(arrivals),
    )


def _column(arrivals: Iterable[Arrivals], name: str) -> tuple[float, ...]:
    return tuple(float(getattr(one, name)) for one in arrivals)


def _faults(arrivals: Iterable[Arrivals]) -> str:
    """Empty when every subscriber got every publication in one order."""
    bad = [one for one in arrivals if not one.agreed or one.closed or one.errors]
    if not bad:
        return ""
    worst = max(bad, key=lambda one: one.missing)
    return f"{worst.missing} missing, {worst.closed} closed ({worst.close_code}), {worst.errors} refused"
