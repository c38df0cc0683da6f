"""What is left to do when a subscription has ended: presence goes, and others are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import structlog

from fanwire.realtime.node.core import Core
from fanwire.realtime.protocol.stream import ClientInfo
from fanwire.realtime.session.subscription import JOIN_LEAVE, LIVE, PRESENT, Subscription

_log = structlog.get_logger(__name__)


class Parting(NamedTuple):
    """Taken before the subscription leaves the hub."""

    channel: str
    info: ClientInfo | None
    present: bool
    joined: bool


def of(subscription: Subscription) -> Parting:
    flags = subscription.flags
    present, joined = bool(flags & PRESENT), bool(flags & LIVE and flags & JOIN_LEAVE)
    return Parting(subscription.channel, subscription.info if present or joined else None, present, joined)


def say(core: Core, partings: Iterable[Parting]) -> None:
    """Do it now, in the background of whoever closed."""
    owed = [parting for parting in partings if parting.info is not None]
    if owed:
        core.background(_say(core, owed))


async def _say(core: Core, partings: list[Parting]) -> None:
    for channel, info, present, joined in partings:
        if info is None:
            continue
        if present:
            await absent(core, channel, info.client)
        if joined:
            await left(core, channel, info)


async def absent(core: Core, channel: str, client: str) -> None:
    """Remove from presence; a failure is logged, for the entry ends by itself."""
    try:
        await core.broker.remove_presence(channel, client)
    except Exception as error:  # noqa: BLE001 - the others of the list must go too
        _log.warning("presence_not_removed", channel=channel, error=str(error))


async def left(core: Core, channel: str, info: ClientInfo) -> None:
    """Tell that ``info`` left; a failure is logged."""
    try:
        await core.broker.publish_leave(channel, info)
    except Exception as error:  # noqa: BLE001 - a missed leave is not worth a connection
        _log.warning("leave_not_told", channel=channel, error=str(error))
