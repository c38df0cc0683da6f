"""Events that code under test has said, caught before they reach a database or a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, event

from fanwire.events import config, storing
from fanwire.events.receipt import Status
from fanwire.events.target import Failures
from fanwire.outbox import django
from fanwire.outbox.writer import Entry
from fanwire.payloads import Event
from fanwire.testing.matching import holds


class Captured(NamedTuple):
    """One event: the function's name, its payload as it would be stored (camelCase), and its id."""

    function: str
    payload: dict[str, Any]
    id: str

    def __str__(self) -> str:
        return f"{self.function} {self.payload}"


class CapturedEvents:
    """What has been said, in order. An event of a session counts once that session has committed.

    Iterate over it, or index it, for ``Captured`` values.
    """

    def __init__(self) -> None:
        self._events: list[Captured] = []

    def __iter__(self) -> Iterator[Captured]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def __getitem__(self, number: int) -> Captured:
        return self._events[number]

    def assert_published(self, function: str, **fields: Any) -> Captured:
        """The first event of ``function`` whose payload holds ``fields``; names are the payload's (``userId=...``).

        A mapping fits what holds at least its items: ``notification={"type": "LIKE_POST"}``.

        Raises:
            AssertionError: there is none; it lists what there is.
        """
        for one in self._events:
            if one.function == function and holds(one.payload, fields):
                return one
        raise AssertionError(f"no {function} with {fields}; {self._what_there_is()}")

    def none(self) -> None:
        """Nothing was said.

        Raises:
            AssertionError: something was; it lists what.
        """
        assert not self._events, f"expected no event; {self._what_there_is()}"

    def clear(self) -> None:
        """Forget what was said so far."""
        self._events.clear()

    def add(self, entries: Sequence[Entry]) -> None:
        """Count these as said."""
        self._events += [_captured(entry.event_id, entry.event) for entry in entries]

    def _what_there_is(self) -> str:
        if not self._events:
            return "nothing was said (events of a session count when it commits)"
        return "said were:\n" + "\n".join(f"  {one}" for one in self._events)


class _Catcher:
    """The target of events without a session, and the outbox of those with one."""

    status = Status.STORED

    def __init__(self, captured: CapturedEvents) -> None:
        self._captured = captured
        self._pending: WeakKeyDictionary[Connection, _Pending] = WeakKeyDictionary()

    async def deliver(self, entries: Sequence[Entry]) -> Failures:
        return self.deliver_now(entries)

    def deliver_now(self, entries: Sequence[Entry]) -> Failures:
        self._captured.add(entries)
        return {}

    async def close(self) -> None:
        """Nothing is open."""

    def append(self, connection: Connection, entries: Sequence[Entry]) -> None:
        """In place of the outbox: remember with the transaction, which then keeps or drops them."""
        pending = self._pending.get(connection)
        if pending is None:
            pending = self._pending[connection] = _Pending(self._captured)
            pending.follow(connection)
        pending.entries += entries

    def append_to_django(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Django keeps and drops them itself; under its TestCase, inside ``captureOnCommitCallbacks(execute=True)``."""
        connection.on_commit(lambda: self._captured.add(entries))


class _Pending:
    """What the transactions of one connection have said and not committed; savepoints take back their own part."""

    def __init__(self, captured: CapturedEvents) -> None:
        self.entries: list[Entry] = []
        self._captured = captured
        # How many were pending at each open savepoint; SQLAlchemy's event comes before the savepoint has its name.
        self._savepoints: list[int] = []

    def follow(self, connection: Connection) -> None:
        event.listen(connection, "commit", self._commit)
        event.listen(connection, "rollback", self._rollback)
        event.listen(connection, "savepoint", self._savepoint)
        event.listen(connection, "release_savepoint", self._release)
        event.listen(connection, "rollback_savepoint", self._take_back)

    def _commit(self, connection: Connection) -> None:
        self._captured.add(self.entries)
        self._rollback(connection)

    def _rollback(self, _connection: Connection) -> None:
        self.entries.clear()
        self._savepoints.clear()

    def _savepoint(self, _connection: Connection, _name: str) -> None:
        self._savepoints.append(len(self.entries))

    def _release(self, _connection: Connection, _name: str, _context: None) -> None:
        self._before()

    def _take_back(self, _connection: Connection, _name: str, _context: None) -> None:
        del self.entries[self._before() :]

    def _before(self) -> int:
        # A savepoint from before the first event was not seen: all that is pending came after it.
        return self._savepoints.pop() if self._savepoints else 0


@contextmanager
def capture_events() -> Iterator[CapturedEvents]:
    """Catch every event of this process until the block ends: nothing is stored, sent, or needs configuration."""
    captured = CapturedEvents()
    catcher = _Catcher(captured)
    with ExitStack() as stack:
        stack.enter_context(patch.object(config, "_current", config.Configuration(catcher)))
        stack.enter_context(patch.object(storing, "append_many", catcher.append))
        stack.enter_context(patch.object(django, "append_many", catcher.append_to_django))
        yield captured


def _captured(event_id: str, said: Event) -> Captured:
    return Captured(said.function, said.to_json(), event_id)
