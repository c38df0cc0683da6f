"""Places in audiences end with the access that gave them, wherever the relay is (promise P5).

The relay ends them too, when it comes to the event; behind a backlog that would be too late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import structlog

from fanwire.errors import PermissionDenied
from fanwire.realtime.channels.names import NAMESPACE_END, audience
from fanwire.realtime.channels.namespaces import SNAPSHOT_NAMESPACE
from fanwire.realtime.node.control import Membership, change_membership
from fanwire.realtime.node.core import Core
from fanwire.realtime.ports import AccessChange, ChannelAccess
from fanwire.realtime.session.subscription import Subscription

if TYPE_CHECKING:
    from fanwire.realtime.node.connection import Connection

# Seconds for one answer. Access has to be over one second after the commit (P5), of which the feed's poll takes
# up to 0.2: without an answer by then the subscription ends, and the client may ask again.
ANSWER_TIMEOUT = 0.5

_log = structlog.get_logger(__name__)


async def end_places(core: Core, access: ChannelAccess, change: AccessChange) -> None:
    """End the user's places in the audiences that ``change`` concerns, unless the facts say otherwise."""
    for stream in change.streams:
        members = list(_members(core, change.user, stream))
        if not members:
            continue
        try:
            await _end_unless_entitled(core, access, change, stream)
        except Exception as error:  # noqa: BLE001 - whatever keeps us from an answer: their next snapshot knows
            _log.warning("audience_access_unknown", user=change.user, stream=stream, error=repr(error))
            for connection, subscription in members:
                connection.lose(subscription)


async def _end_unless_entitled(core: Core, access: ChannelAccess, change: AccessChange, stream: str) -> None:
    if await _is_entitled(access, change.user, stream):
        return
    change_membership(core, Membership(change.user, stream, joined=False))
    # What began again while we asked may have been told by the relay before we ended it. Following is no fact: who
    # is blocked, unblocked and follows again within that moment is back with the next connect.
    if stream == change.streams[0] and await _is_entitled(access, change.user, stream):
        change_membership(core, Membership(change.user, stream, joined=True))


async def _is_entitled(access: ChannelAccess, user: str, stream: str) -> bool:
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await access.authorize(user, audience(stream))
    except PermissionDenied:
        return False
    return True


def _members(core: Core, user: str, stream: str) -> Iterator[tuple[Connection, Subscription]]:
    """Who is in the audience on this node, or may be once their snapshot has been read."""
    channel = f"{SNAPSHOT_NAMESPACE}{NAMESPACE_END}{user}"
    for connection in core.registry.of_user(user):
        subscription = connection.session.subscriptions.get(channel)
        seat = None if subscription is None else subscription.seat
        if subscription is not None and seat is not None and (stream in seat.streams or seat.changes is not None):
            yield connection, subscription
