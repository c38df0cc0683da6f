"""A post that is open to fewer people than before: its channels end for everybody, and who still may comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanwire.errors import UNSUBSCRIBED_INSUFFICIENT
from fanwire.realtime.channels.names import NAMESPACE_END
from fanwire.realtime.ports import AccessChange
from fanwire.realtime.session.subscription import DOUBTED, LIVE

if TYPE_CHECKING:
    from fanwire.realtime.node.core import Core

POST = "post"


def concerns_everybody(change: AccessChange) -> bool:
    """A change of a post that names no user."""
    return not change.user and change.resource.partition(NAMESPACE_END)[0] == POST


def restricted(core: Core, change: AccessChange) -> None:
    """End the subscriptions at once, unasked: of thousands, the last answer would come too late for P5.

    Clients subscribe again by themselves (2500), and are asked about then. One that is still being made asks again.
    """
    post = change.resource.partition(NAMESPACE_END)[2]
    namespaces = core.environment.namespaces
    names = [name for name in core.hub.channels if name.partition(NAMESPACE_END)[2] == post]
    for name in names:
        if namespaces.channel(name).options.access == POST:
            _close(core, name)


def _close(core: Core, name: str) -> None:
    channel = core.hub.channels[name]
    for subscription in channel.pending:
        subscription.flags |= DOUBTED
    for subscription in channel.subscriptions():
        owner = core.registry.of_client(subscription.session.client)
        if owner is not None and subscription.flags & LIVE:
            # What waits for a slow client was for all; who may read it still recovers it.
            owner.take_back(subscription)
            owner.end_subscription(subscription, UNSUBSCRIBED_INSUFFICIENT)
