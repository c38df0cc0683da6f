"""Publications that others make, at the Python load client; as watch.h."""

from __future__ import annotations

import time
from collections import defaultdict

import msgspec

from benchmarks.client.load import Reach
from benchmarks.client.socket import Connection


class Watching:
    """Prints a line when all subscribers have a publication. ``mark`` stands before the id in its text."""

    def __init__(self, mark: str, subscribers: int) -> None:
        self._mark = mark.encode()
        self._subscribers = subscribers
        self._ids: list[bytes] = []
        self._counts: defaultdict[bytes, int] = defaultdict(int)
        self._first: dict[bytes, float] = {}
        self._faults = 0

    def deliver(self, connection: Connection, text: bytes) -> None:
        """Note every publication in one message."""
        for part in text.split(self._mark)[1:]:
            self._one(connection, part.partition(b'"')[0], time.time())

    def _one(self, connection: Connection, name: bytes, now: float) -> None:
        """Each subscriber gets the same sequence: the next one that it has not had, or a new one."""
        if connection.count == len(self._ids) and name not in self._first:
            self._ids.append(name)
            self._first[name] = now
        if connection.count >= len(self._ids) or self._ids[connection.count] != name:
            self._faults += 1
            return
        connection.count += 1
        self._counts[name] += 1
        if self._counts[name] == self._subscribers:
            reach = Reach(name.decode(), self._subscribers, self._first[name], now, self._faults)
            print(msgspec.json.encode(reach).decode(), flush=True)
