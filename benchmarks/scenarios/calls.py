"""10,000 gathered ``send_notification`` calls, beside the database's own inserts; and what the relay handles."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import msgspec
from sqlalchemy import create_engine

from benchmarks.backlog import Backlog
from benchmarks.bench import Bench
from benchmarks.calls.rates import ONE_BY_ONE, Rates
from benchmarks.cores import pin
from benchmarks.figure import Figure
from benchmarks.places import Place, places
from fanwire.store.urls import sync_url

CALLS = 10_000
_LIMIT = 60.0
_PEER = "peer: the driver inserts one row a transaction"


def run(bench: Bench) -> Iterator[Figure]:
    calls = 1_000 if bench.quick else CALLS
    for place in places(bench):
        bench.say(f"calls, {place.name}: {calls:,} at once, one after the other, and inserts, {bench.rounds} times")
        seen = _rates(bench, place, calls)
        bench.say(f"calls, {place.name}: the relay handles {calls:,}")
        yield from _figures(place, calls, seen, _handled(place, calls))


def _rates(bench: Bench, place: Place, calls: int) -> list[Rates]:
    """Measured by a program of its own on the server's core; the database has the other one."""
    numbers = (calls, bench.seconds(ONE_BY_ONE), bench.rounds)
    command = [sys.executable, "-m", "benchmarks.calls", place.url, *map(str, numbers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        pin(bench.cores.server, process.pid)
        said, complaint = process.communicate(timeout=_LIMIT)
    if process.returncode:
        raise RuntimeError(complaint.decode(errors="replace")[-2000:])
    return msgspec.json.decode(said, type=list[Rates])


def _handled(place: Place, calls: int) -> float:
    """Events a second that a relay applies and publishes, of the next ``calls`` after its first ones."""
    engine = create_engine(sync_url(place.url))
    backlog = Backlog(engine)
    waiting = backlog.size()
    with place.server:
        began = backlog.wait_for(waiting - 1, _LIMIT)
        first = backlog.size()
        ended = backlog.wait_for(max(first - calls, 0), _LIMIT)
        rate = (first - backlog.size()) / (ended - began)
    engine.dispose()
    return rate


def _figures(place: Place, calls: int, seen: list[Rates], handled: float) -> Iterator[Figure]:
    group = f"send_notification, {place.name}"
    inserted = tuple(rates.inserted for rates in seen)
    gathered, awaited = (tuple(getattr(rates, name) for rates in seen) for name in ("gathered", "awaited"))
    yield Figure(group, f"{calls:,} calls gathered", "/s", gathered, peer_rounds=inserted, note=_PEER)
    yield Figure(group, "calls awaited one after the other", "/s", awaited, peer_rounds=inserted, note=_PEER)
    yield Figure(group, "events that the relay handles", "/s", (handled,))
