"""Access whose time is over ends once it is known that nobody has renewed it: what was committed before the end counts.

Until then, which is one look at the access log, its frames wait (``hub.doubts``). Asking for each of the thousands
whose subscriptions end at midnight would take the database longer than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanwire.realtime.session.leases import ACCESS_EXPIRED, lease_of
from fanwire.realtime.session.subscription import Subscription

if TYPE_CHECKING:
    from fanwire.realtime.node.connection import Connection


class Lapses:
    """Subscriptions whose time is over, each with the monotonic time since which it is."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[Subscription, tuple[Connection, float]] = {}

    def wait(self, connection: Connection, subscription: Subscription) -> None:
        """Hold ``subscription`` back until the changes up to now are known."""
        if subscription not in self._waiting:
            connection.core.hub.doubts.begin(subscription)
            self._waiting[subscription] = (connection, connection.core.clock.monotonic())

    def known(self, at: float) -> None:
        """Every change that was committed before monotonic time ``at`` has been heard of."""
        for subscription in [one for one, (_, since) in self._waiting.items() if since <= at]:
            connection, _ = self._waiting.pop(subscription)
            if connection.session.subscriptions.get(subscription.channel) is subscription:
                _decide(connection, subscription)


def _decide(connection: Connection, subscription: Subscription) -> None:
    core = connection.core
    held = core.hub.doubts.answered(subscription)
    if held is None:
        # A change was heard of, and the answer to it is on its way: that one decides.
        return
    until = lease_of(subscription).until
    if until and until <= core.clock.wall():
        connection.take_back(subscription)
        connection.end_subscription(subscription, ACCESS_EXPIRED)
    elif held:
        core.hub.release(subscription, held)
