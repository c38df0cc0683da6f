"""What nodes tell each other through the broker: memberships, and what the server API ends on whatever node.

A message is one JSON object with one field per kind; a kind that a node does not know is ignored, so that
nodes of two versions can run side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import structlog

from fanwire import errors
from fanwire.realtime.channels.names import NAMESPACE_END, audience
from fanwire.realtime.channels.namespaces import SNAPSHOT_NAMESPACE
from fanwire.realtime.node.core import Core
from fanwire.realtime.session.subscription import Subscription

if TYPE_CHECKING:
    from fanwire.realtime.node.connection import Connection

_log = structlog.get_logger(__name__)


class Membership(msgspec.Struct, frozen=True):
    """``user`` joined or left the audience of ``stream``, such as ``creator:anna``."""

    user: str
    stream: str
    joined: bool


class EndSubscriptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """End the subscriptions of a user to a channel; ``client`` limits it to one connection."""

    user: str
    channel: str
    code: int
    reason: str
    client: str = ""


class EndConnections(msgspec.Struct, frozen=True, omit_defaults=True):
    """Close the connections of a user, but those in ``whitelist``; ``client`` limits it to one."""

    user: str
    code: int
    reason: str
    client: str = ""
    whitelist: list[str] = []


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    membership: Membership | None = None
    unsubscribe: EndSubscriptions | None = None
    disconnect: EndConnections | None = None


_decoder = msgspec.json.Decoder(Message)


def encode(message: Message) -> bytes:
    return msgspec.json.encode(message)


def wrap(kind: str, data: bytes) -> bytes:
    """A message of one ``kind`` whose fields are the JSON object ``data``: how the relay's control frames travel."""
    return b'{"%b":%b}' % (kind.encode(), data)


def apply(core: Core, data: bytes) -> None:
    """Do what another node, or this one, has asked of all nodes."""
    try:
        message = _decoder.decode(data)
    except msgspec.MsgspecError as error:
        _log.warning("control_message_not_understood", error=str(error))
        return
    if message.membership is not None:
        change_membership(core, message.membership)
    if message.unsubscribe is not None:
        _end_subscriptions(core, message.unsubscribe)
    if message.disconnect is not None:
        _end_connections(core, message.disconnect)


def change_membership(core: Core, membership: Membership) -> None:
    """Let the user's connections on this node join or leave an audience."""
    channel = f"{SNAPSHOT_NAMESPACE}{NAMESPACE_END}{membership.user}"
    for connection in core.registry.of_user(membership.user):
        subscription = connection.session.subscriptions.get(channel)
        if subscription is None or subscription.seat is None:
            continue
        if subscription.seat.changes is not None:
            subscription.seat.changes[membership.stream] = membership.joined
        if membership.joined:
            _join(core, connection, subscription, membership.stream)
        elif core.hub.detach(subscription, membership.stream):
            core.feeds.release([audience(membership.stream)])


def _join(core: Core, connection: Connection, subscription: Subscription, stream: str) -> None:
    if core.hub.attach(subscription, stream) and not core.feeds.is_open(audience(stream)):
        core.background(_open_for(core, connection, subscription, audience(stream)))


async def _open_for(core: Core, connection: Connection, subscription: Subscription, channel: str) -> None:
    """Open the feed of an audience's first member here.

    Where that takes time, an item may have passed meanwhile, and no position would tell: the client comes back
    and gets a snapshot. A subscription that is still being made reads its snapshot again by itself.
    """
    await core.feeds.open(channel)
    seat = subscription.seat
    if not core.broker.immediate and seat is not None and seat.changes is None:
        connection.lose(subscription)


def _end_subscriptions(core: Core, order: EndSubscriptions) -> None:
    for connection in _connections(core, order.user, order.client):
        subscription = connection.session.subscriptions.get(order.channel)
        if subscription is not None:
            connection.end_subscription(subscription, errors.Unsubscribe(order.code, order.reason))


def _end_connections(core: Core, order: EndConnections) -> None:
    for connection in _connections(core, order.user, order.client):
        if connection.session.client not in order.whitelist:
            connection.end_with(order.code, order.reason)


def _connections(core: Core, user: str, client: str) -> list[Connection]:
    return [one for one in core.registry.of_user(user) if client in ("", one.session.client)]
