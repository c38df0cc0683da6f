"""The state that a notifications subscription starts from, and the audiences that it joins."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from fanwire.realtime.channels.names import audience
from fanwire.realtime.ports import Snapshot
from fanwire.realtime.session.effects import Effect, OpenFeeds, ReadSnapshot, Settle, TakeSeat
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.subscription import Subscription


def read_snapshot(session: Session, subscription: Subscription) -> Generator[Effect[Any], Any, Snapshot]:
    """Read the snapshot and enter the subscription in its audiences, so that nothing falls between the two.

    An item that was published after the read and before the entry would be in neither; the hub says when that
    is possible, and then the snapshot is read once more. Usually one read is enough.
    """
    yield from TakeSeat(subscription)
    seat = subscription.seat
    assert seat is not None
    while True:
        seat.changes = {}
        before = frozenset(seat.streams)
        snapshot = yield from ReadSnapshot(session.user)
        settled = yield from Settle(subscription, snapshot, before)
        if settled:
            return snapshot
        yield from OpenFeeds(tuple(audience(stream) for stream in sorted(seat.streams)))
