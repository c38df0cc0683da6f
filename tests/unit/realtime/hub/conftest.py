"""Subscriptions on a hub, without sessions that do anything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.realtime.hub.hub import Hub
from fanwire.realtime.link import Flusher
from fanwire.realtime.protocol.stream import Publication, StreamPosition
from fanwire.realtime.protocol.wire import WEBSOCKET_JSON, Wire
from fanwire.realtime.session.environment import Environment
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.subscription import Subscription
from fanwire.settings import Settings
from fanwire.testing import FakeClock
from tests.unit.realtime.peer import Buffer, messages_of


class Bench:
    """A hub and what its subscribers got."""

    def __init__(self, clock: FakeClock) -> None:
        self.hub = Hub()
        self.flushes = 0
        self.flusher = Flusher(self._count)
        settings = Settings()
        self._environment = Environment(
            settings, Namespaces(settings.channel), clock, lambda: "client", lambda: 0.5, "fanwire"
        )

    def _count(self, flush: object) -> None:
        self.flushes += 1

    def pending(self, channel: str, flags: int = 0, wire: Wire = WEBSOCKET_JSON, user: str = "anna") -> Subscription:
        session = Session(self._environment, wire)
        session.user = user
        return self.hub.enlist(session, channel, Buffer(self.flusher), flags)

    def live(self, channel: str, flags: int = 0, position: StreamPosition | None = None, **more: Any) -> Subscription:
        subscription = self.pending(channel, flags, **more)
        self.hub.go_live(subscription, position, subscription.held or ())
        return subscription

    def publish(self, channel: str, offset: int = 0, epoch: str = "epoch", version: int = 0, data: Any = None) -> Any:
        payload = json.dumps(offset if data is None else data).encode()
        return self.hub.publish(channel, Publication(payload, offset, version=version), epoch)


def got(subscription: Subscription) -> list[Any]:
    """The data of every publication that was appended for ``subscription``."""
    pushes = [json.loads(message)["push"] for message in messages_of(b"".join(subscription.outbound.frames))]
    return [push["pub"]["data"] for push in pushes if "pub" in push]


@pytest.fixture
def bench(clock: FakeClock) -> Bench:
    return Bench(clock)
