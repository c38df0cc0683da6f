"""Runs the load client: what to load, and what it reports."""

from __future__ import annotations

import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

import msgspec

# What a run may take beside its own seconds: connects, the drain at the end.
_GRACE = 60.0


class Target(msgspec.Struct, frozen=True):
    """A server and how one talks to it.

    ``hellos`` are first messages (connection i sends number i mod their count); a connection counts as ready when
    a message holds ``ready``. One publication is ``head`` + payload + ``tail``, sent as a WebSocket message of a
    connection that first said ``publish_hello``, or as the body of ``POST publish_path``. ``mark`` is what stands
    before the id of each publication that others make, up to the next quote.
    """

    port: int
    path: str
    hellos: tuple[str, ...]
    ready: str
    head: str = ""
    tail: str = ""
    publish: Literal["ws", "http"] = "ws"
    publish_path: str = "/api/publish"
    publish_hello: str = ""
    api_key: str = ""
    mark: str = ""


class Load(msgspec.Struct, frozen=True):
    """``rate`` publications a second are offered whatever the server does; 0 keeps ``outstanding`` on their way.

    What has not arrived ``drain`` seconds after the last publication counts as missing.
    """

    connections: int
    seconds: float
    warmup: float = 0.5
    outstanding: int = 1
    rate: float = 0.0
    size: int = 100
    drain: float = 5.0


class Arrivals(msgspec.Struct, frozen=True):
    """What reached the subscribers. ``agreed``: all got every publication, in one order.

    ``client_busy`` and ``client_waited`` are shares of the time: at work on what arrived, and kept from its core
    by other processes.
    """

    published: int
    deliveries: int
    seconds: float
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    missing: int
    agreed: bool
    closed: int
    close_code: int
    errors: int
    client_busy: float
    client_waited: float = 0.0


class Held(msgspec.Struct, frozen=True):
    connected: int
    seconds: float
    per_second: float


class Reach(msgspec.Struct, frozen=True):
    """One publication of others: wall-clock seconds at which the first and the last of ``count`` subscribers had it.

    ``faults`` counts what came twice or out of order to anybody, since the beginning.
    """

    id: str
    count: int
    first: float
    last: float
    faults: int


class LoadFailed(RuntimeError):
    """The load client could not do its work; the message holds what it said."""


class Watch:
    """``held`` says how long the connections took."""

    def __init__(self, held: Held, lines: IO[bytes]) -> None:
        self.held = held
        self._lines = lines

    def next(self, seconds: float) -> Reach:
        """The next publication that all connections have. Raises LoadFailed when there is none in that time."""
        ready, _, _ = select.select([self._lines], [], [], seconds)
        line = self._lines.readline() if ready else b""
        if not line:
            raise LoadFailed(f"a publication did not reach every connection within {seconds:.0f} s")
        return msgspec.json.decode(line, type=Reach)


class LoadClient:
    """``command`` comes from ``benchmarks.client.build``; ``directory`` takes a file of first messages."""

    def __init__(self, command: Sequence[str], directory: Path) -> None:
        self._command = command
        self._directory = directory

    def fanout(self, target: Target, load: Load) -> Arrivals:
        """One run of publications to ``load.connections`` subscribers.

        Raises LoadFailed when connections fail or the run does not end in time.
        """
        arguments = self._arguments("fanout", target, msgspec.structs.asdict(load))
        limit = load.seconds + load.warmup + load.drain + _GRACE
        done = subprocess.run(arguments, capture_output=True, timeout=limit, check=False)
        if done.returncode:
            raise LoadFailed(done.stderr.decode(errors="replace"))
        sys.stderr.write(done.stderr.decode(errors="replace"))
        return msgspec.json.decode(done.stdout, type=Arrivals)

    @contextmanager
    def hold(self, target: Target, connections: int) -> Iterator[Held]:
        """That many connections, ready and idle inside the block."""
        with self._held("hold", target, connections) as (held, _):
            yield held

    @contextmanager
    def watch(self, target: Target, connections: int) -> Iterator[Watch]:
        """That many connections, ready, which say when all of them have a publication of others."""
        with self._held("watch", target, connections) as (held, lines):
            yield Watch(held, lines)

    @contextmanager
    def _held(self, mode: str, target: Target, connections: int) -> Iterator[tuple[Held, IO[bytes]]]:
        arguments = self._arguments(mode, target, {"connections": connections})
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                line = process.stdout.readline()
                if not line:
                    raise LoadFailed("the load client ended before all connections were ready")
                yield msgspec.json.decode(line, type=Held), process.stdout
            finally:
                process.stdin.close()
        if process.returncode:
            raise LoadFailed("connections were closed while they were held")

    def _arguments(self, mode: str, target: Target, numbers: dict[str, float]) -> list[str]:
        hellos = self._directory / "hellos"
        hellos.write_bytes("".join(f"{hello}\0" for hello in target.hellos).encode())
        options = {name: value for name, value in msgspec.structs.asdict(target).items() if name != "hellos"}
        options |= {"mode": mode, "hellos": str(hellos), "timeout": str(_GRACE)} | numbers
        pairs = ((f"--{name.replace('_', '-')}", str(value)) for name, value in options.items())
        return [*self._command, *(part for pair in pairs for part in pair)]
