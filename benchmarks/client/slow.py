"""The load client in Python: same options, same line of JSON as load.c, for machines without a C compiler.

It parses every frame and times every delivery as the other does, so it is busy at some 200,000 deliveries a
second: a slower figure than with the C client is this client's, and ``client_busy`` near 1 shows it.
"""

from __future__ import annotations

import selectors
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.client.load import Arrivals, Held
from benchmarks.client.socket import Connection, Kind
from benchmarks.client.tally import Tally
from benchmarks.client.watching import Watching

_DIALS = 128
_PUBLISHERS = 32


class Options(msgspec.Struct, frozen=True, rename="kebab"):
    """As in options.h."""

    mode: str
    port: int
    path: str
    hellos: str
    ready: str
    publish: str = "ws"
    publish_path: str = "/"
    publish_hello: str = ""
    head: str = ""
    tail: str = ""
    api_key: str = ""
    mark: str = ""
    connections: int = 1
    size: int = 100
    outstanding: int = 1
    rate: float = 0.0
    seconds: float = 1.0
    warmup: float = 0.5
    drain: float = 5.0
    timeout: float = 60.0


class SlowLoad:
    """One selector, one thread."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.tally = Tally(options.connections)
        self.watching = Watching(options.mark, options.connections)
        self.selector = selectors.DefaultSelector()
        hellos = Path(options.hellos).read_text().rstrip("\0").split("\0")
        self.subscribers = [
            Connection(Kind.SUBSCRIBER, hellos[number % len(hellos)]) for number in range(options.connections)
        ]
        self.publishers = self._publishers() if options.mode == "fanout" else []
        self._turn = 0

    def _publishers(self) -> list[Connection]:
        if self.options.publish == "http":
            return [Connection(Kind.HTTP, "") for _ in range(_PUBLISHERS)]
        return [Connection(Kind.PUBLISHER, self.options.publish_hello)]

    def connect(self) -> None:
        """Raises SystemExit when not all connections become ready in time."""
        everyone = [*self.subscribers, *self.publishers]
        end = time.monotonic() + self.options.timeout
        for first in range(0, len(everyone), _DIALS):
            some = everyone[first : first + _DIALS]
            for connection in some:
                connection.open(self.options.port, self.options.path, self.options.ready)
                self.selector.register(connection.socket, selectors.EVENT_READ, connection)
            while not all(connection.ready for connection in some):
                self.step(0.1)
                if time.monotonic() > end or any(connection.closed for connection in some):
                    sys.exit("load client: not all connections became ready")

    def step(self, seconds: float) -> None:
        """Handle what has arrived; wait for it at most ``seconds``."""
        for key, _ in self.selector.select(max(seconds, 0.0)):
            connection: Connection = key.data
            now = time.monotonic_ns()
            for payload in connection.receive():
                if self.options.mark:
                    self.watching.deliver(connection, payload)
                else:
                    self.tally.deliver(connection, payload, now)
            if connection.closed:
                self.selector.unregister(connection.socket)
                connection.socket.close()

    def publish(self, due: int) -> bool:
        """Send the next publication; False when no connection is free for it."""
        for _ in self.publishers:
            self._turn += 1
            connection = self.publishers[self._turn % len(self.publishers)]
            if not connection.busy and not connection.closed:
                connection.publish(self._body(due), self.options.publish_path, self.options.api_key)
                self.tally.sent(due)
                return True
        return False

    def _body(self, due: int) -> str:
        payload = f'{{"m":"{due:016x}{self.tally.published:08x}","pad":"'
        pad = "x" * (self.options.size - len(payload) - 2)
        return f'{self.options.head}{payload}{pad}"}}{self.options.tail}'

    def closed_loop(self, until: int) -> None:
        while time.monotonic_ns() < until:
            while self.tally.on_their_way < self.options.outstanding and self.publish(time.monotonic_ns()):
                pass
            self.step(0.02)

    def open_loop(self, start: int, until: int) -> Iterator[int]:
        """Returns the due times of what could not be sent."""
        period = 1e9 / self.options.rate
        dues = [start + int(number * period) for number in range(int((until - start) / period))]
        at = 0
        while (now := time.monotonic_ns()) < until:
            while at < len(dues) and dues[at] <= now and self.publish(dues[at]):
                at += 1
            self.step(((dues[at] if at < len(dues) else until) - now) / 1e9)
        return iter(dues[at:])

    def fanout(self) -> Arrivals:
        options = self.options
        start = time.monotonic_ns()
        first = start + int(options.warmup * 1e9)
        self.tally.window = range(first, first + int(options.seconds * 1e9))
        busy = time.process_time()
        unsent: Iterator[int] = iter(())
        if options.rate:
            unsent = self.open_loop(start, self.tally.window.stop)
        else:
            self.closed_loop(self.tally.window.stop)
        busy = (time.process_time() - busy) / (options.seconds + options.warmup)
        end = time.monotonic() + options.drain
        while self.tally.on_their_way and time.monotonic() < end:
            self.step(0.1)
        self.tally.close_books(unsent, time.monotonic_ns())
        return self.tally.arrivals(self.subscribers, self.publishers, options.seconds, busy)

    def hold(self) -> None:
        """Until standard input is closed."""
        self.selector.register(sys.stdin, selectors.EVENT_READ, None)
        end = time.monotonic() + self.options.timeout
        while time.monotonic() < end:
            for key, _ in self.selector.select(0.1):
                if key.data is None:
                    return
                for payload in key.data.receive():
                    if self.options.mark:
                        self.watching.deliver(key.data, payload)


def main(arguments: list[str]) -> None:
    pairs = {name.removeprefix("--"): value for name, value in zip(arguments[::2], arguments[1::2], strict=True)}
    load = SlowLoad(msgspec.convert(pairs, Options, strict=False))
    start = time.monotonic()
    load.connect()
    if load.options.mode == "fanout":
        result: Arrivals | Held = load.fanout()
    else:
        seconds = time.monotonic() - start
        result = Held(len(load.subscribers), seconds, len(load.subscribers) / seconds)
    print(msgspec.json.encode(result).decode(), flush=True)
    if load.options.mode != "fanout":
        load.hold()


if __name__ == "__main__":
    main(sys.argv[1:])
