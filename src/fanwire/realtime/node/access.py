"""The end of access: who is subscribed to what a change concerns is asked about again at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from fanwire.errors import UNSUBSCRIBED_INSUFFICIENT, ClientError, Unsubscribe
from fanwire.realtime.channels.names import NAMESPACE_END
from fanwire.realtime.node.core import Core
from fanwire.realtime.node.places import ANSWER_TIMEOUT, end_places
from fanwire.realtime.node.restrictions import concerns_everybody, restricted
from fanwire.realtime.node.revocations import concerns_tokens, revoked
from fanwire.realtime.ports import AccessChange, Allowed, ChannelAccess
from fanwire.realtime.session.leases import ACCESS_ENDED, keep_subscription, take
from fanwire.realtime.session.subscription import DOUBTED, GUARDED, LIVE, Subscription

if TYPE_CHECKING:
    from fanwire.realtime.node.connection import Connection

_log = structlog.get_logger(__name__)

Affected = list[tuple["Connection", Subscription]]


def access_changed(core: Core, change: AccessChange) -> Coroutine[Any, Any, None]:
    """Hold back, at once, whatever ``change`` may concern; the coroutine asks again, and ends what is not allowed."""
    if concerns_tokens(change):
        revoked(core, change)
        return _ask_about(core, change, {})
    if concerns_everybody(change):
        restricted(core, change)
        return _ask_about(core, change, {})
    return _ask_about(core, change, _affected(core, change))


async def _ask_about(core: Core, change: AccessChange, affected: dict[str, Affected]) -> None:
    access = core.ports.access
    if access is None:
        return
    for channel, subscriptions in affected.items():
        await _ask_again(access, change, channel, subscriptions)
    await end_places(core, access, change)


def _affected(core: Core, change: AccessChange) -> dict[str, Affected]:
    """Live ones by channel, in doubt from now on. One that is still being made asks again before it goes live."""
    found: dict[str, Affected] = {}
    for connection in core.registry.of_user(change.user):
        for subscription in connection.session.subscriptions.values():
            if not (subscription.flags & GUARDED and _concerns(core, change.resource, subscription.channel)):
                continue
            if subscription.flags & LIVE:
                core.hub.doubts.begin(subscription)
                found.setdefault(subscription.channel, []).append((connection, subscription))
            else:
                subscription.flags |= DOUBTED
    return found


def _concerns(core: Core, resource: str, channel: str) -> bool:
    """What names a post concerns the channels of its id. What names a creator may concern any post, for only the
    Directory knows whose it is; a channel that asks for blocks alone is concerned by its owner's.
    """
    kind, _, id = resource.partition(NAMESPACE_END)
    same = channel.partition(NAMESPACE_END)[2] == id
    if core.environment.namespaces.channel(channel).options.access == "unblocked":
        return same and kind == "block"
    return kind != "post" or same


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
        if connection.session.subscriptions.get(subscription.channel) is subscription:
            connection.take_back(subscription)
            connection.end_subscription(subscription, unsubscribe)


def _renew(affected: Affected, allowed: Allowed) -> None:
    for connection, subscription in affected:
        if connection.session.subscriptions.get(subscription.channel) is not subscription:
            continue
        take(subscription, allowed)
        connection.run(keep_subscription(connection.session, subscription))
        held = connection.core.hub.doubts.answered(subscription)
        if held:
            connection.core.hub.release(subscription, held)
