"""The end of access: who is subscribed to what a change concerns is asked about again at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from fanwire.errors import UNSUBSCRIBED_INSUFFICIENT, ClientError, Unsubscribe
from fanwire.realtime.channels.names import NAMESPACE_END
from fanwire.realtime.node.core import Core
from fanwire.realtime.ports import AccessChange, Allowed, ChannelAccess
from fanwire.realtime.session.leases import ACCESS_ENDED, keep_subscription, lease_of
from fanwire.realtime.session.subscription import DOUBTED, GUARDED, LIVE, Subscription

if TYPE_CHECKING:
    from fanwire.realtime.node.connection import Connection

# Seconds for one answer. Access has to be over one second after the commit (P5), of which the feed's poll takes
# up to 0.2: without an answer by then the subscription ends, and the client may ask again.
ANSWER_TIMEOUT = 0.5

_POST = f"post{NAMESPACE_END}"

_log = structlog.get_logger(__name__)

Affected = list[tuple["Connection", Subscription]]


async def access_changed(core: Core, change: AccessChange) -> None:
    """Ask again about every subscription of ``change.user`` that it may concern, and end what is not allowed.

    A change of a post that names nobody concerns everybody: it is open to fewer people than before.
    """
    access = core.ports.access
    if access is None:
        return
    if not change.user and change.resource.startswith(_POST):
        _close(core, change)
        return
    for channel, affected in _affected(core, change).items():
        await _ask_again(access, change, channel, affected)


def _close(core: Core, change: AccessChange) -> None:
    """End all subscriptions at once: to ask for each of thousands takes longer than P5 allows.

    Who may still read subscribes again by itself (2500) and recovers; who may not is refused.
    """
    namespaces = core.environment.namespaces
    concerned = [channel for name, channel in core.hub.channels.items() if _concerns(change.resource, name)]
    for channel in concerned:
        if namespaces.channel(channel.name).options.access != "post":
            continue
        for subscription in (*channel.pending, *channel.subscriptions()):
            owner = core.registry.of_client(subscription.session.client)
            if not subscription.flags & LIVE:
                subscription.flags |= DOUBTED
            elif owner is not None:
                owner.end_subscription(subscription, UNSUBSCRIBED_INSUFFICIENT)


def _affected(core: Core, change: AccessChange) -> dict[str, Affected]:
    """Live ones by channel. One that is still being made is marked instead: it asks again before it goes live."""
    found: dict[str, Affected] = {}
    for connection in core.registry.of_user(change.user):
        for subscription in connection.session.subscriptions.values():
            if not (subscription.flags & GUARDED and _concerns(change.resource, subscription.channel)):
                continue
            if subscription.flags & LIVE:
                found.setdefault(subscription.channel, []).append((connection, subscription))
            else:
                subscription.flags |= DOUBTED
    return found


def _concerns(resource: str, channel: str) -> bool:
    """A post's grant concerns the channels of its id; a creator's any, for only the Directory knows whose a post is."""
    kind, _, id = resource.partition(NAMESPACE_END)
    return kind != "post" or channel.partition(NAMESPACE_END)[2] == id


async def _ask_again(access: ChannelAccess, change: AccessChange, channel: str, affected: Affected) -> None:
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            allowed = await access.authorize(change.user, channel)
    except ClientError as denial:
        _log.info("access_ended", rule=denial.rule, hint=denial.hint, user=change.user, channel=channel)
        _end(affected, Unsubscribe(ACCESS_ENDED, denial.reason or change.reason or "access ended"))
    except Exception as error:  # noqa: BLE001 - whatever keeps us from an answer: closed is the safe side
        _log.warning("access_unknown", user=change.user, channel=channel, error=repr(error))
        _end(affected, UNSUBSCRIBED_INSUFFICIENT)
    else:
        _renew(affected, allowed)


def _end(affected: Affected, unsubscribe: Unsubscribe) -> None:
    for connection, subscription in affected:
        connection.end_subscription(subscription, unsubscribe)


def _renew(affected: Affected, allowed: Allowed) -> None:
    for connection, subscription in affected:
        lease_of(subscription).until = allowed.until.timestamp() if allowed.until else 0.0
        connection.run(keep_subscription(connection.session, subscription))
