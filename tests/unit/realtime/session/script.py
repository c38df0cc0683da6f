"""Drives a handling without a node: effects are answered from a table and written down."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.realtime.hub.hub import Hub
from fanwire.realtime.link import Flusher, Outbound
from fanwire.realtime.ports import Allowed, Identity, Snapshot
from fanwire.realtime.protocol.model import Command
from fanwire.realtime.protocol.stream import StreamPosition
from fanwire.realtime.protocol.wire import WEBSOCKET_JSON
from fanwire.realtime.session import effects as ask
from fanwire.realtime.session.dispatch import handle
from fanwire.realtime.session.effects import Effect, Handling
from fanwire.realtime.session.environment import Environment
from fanwire.realtime.session.session import Session
from fanwire.settings import Settings
from fanwire.testing import FakeClock


class Script:
    """``answers`` has the results of effects in order, by class; an exception among them is raised."""

    def __init__(self, clock: FakeClock, settings: Settings | None = None) -> None:
        settings = settings or Settings()
        namespaces = Namespaces(settings.channel)
        self.environment = Environment(settings, namespaces, clock, lambda: "client-1", lambda: 0.5, "fanwire", True)
        self.session = Session(self.environment, WEBSOCKET_JSON)
        self.hub = Hub()
        self.outbound = Outbound(Flusher(lambda flush: None))
        self.effects: list[Effect[Any]] = []
        self.answers: dict[type[Effect[Any]], deque[Any]] = {}

    def answer(self, effect: type[Effect[Any]], *results: Any) -> None:
        self.answers.setdefault(effect, deque()).extend(results)

    def command(self, **request: Any) -> list[str]:
        """Handle one command; returns the names of the effects."""
        import msgspec

        command = msgspec.convert({"id": 1, **request}, Command, strict=False)
        return self.run(handle(self.session, command))

    def run(self, handling: Handling) -> list[str]:
        first = len(self.effects)
        result: Any = None
        while True:
            try:
                effect = handling.throw(result) if isinstance(result, Exception) else handling.send(result)
            except StopIteration:
                return [type(effect).__name__ for effect in self.effects[first:]]
            self.effects.append(effect)
            result = self._result(effect)

    def _result(self, effect: Effect[Any]) -> Any:
        prepared = self.answers.get(type(effect))
        if prepared:
            return prepared.popleft()
        match effect:
            case ask.Enlist():
                return self.hub.enlist(self.session, effect.channel, self.outbound, effect.flags)
            case ask.TakeSeat():
                return self.hub.seat(effect.subscription)
            case ask.GoLive():
                return self.hub.go_live(effect.subscription, effect.position, effect.held)
            case ask.Dismiss():
                return self.hub.remove(effect.subscription)
        return DEFAULTS.get(type(effect))

    def sent(self) -> list[Any]:
        return [effect.reply for effect in self.effects if isinstance(effect, ask.Send)]


DEFAULTS: dict[type[Any], Any] = {
    ask.Authenticate: Identity("anna"),
    ask.Authorize: Allowed(),
    ask.ReadStream: ([], StreamPosition(0, "epoch")),
    ask.ReadSnapshot: Snapshot(b"{}", 0, 0),
    ask.Settle: True,
}


def between(names: Iterable[str], first: str, last: str) -> list[str]:
    """The names after ``first`` and before ``last``."""
    listed = list(names)
    return listed[listed.index(first) + 1 : listed.index(last)]
