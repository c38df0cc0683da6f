"""How each effect of a session is performed: at once (``NOW``), or by a coroutine (``LATER``).

``ON_THE_SPOT`` are the later ones that await nothing but the broker: with a broker that never suspends
(``Broker.immediate``) they are performed without a task.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from fanwire.errors import (
    ClientError,
    ConnectionLimit,
    Disconnect,
    DisconnectNotAvailable,
    FanwireError,
    InternalError,
    NotAvailable,
    PermissionDenied,
)
from fanwire.realtime.node import farewell
from fanwire.realtime.node.core import on_the_spot
from fanwire.realtime.ports import Allowed, Caller, Identity, Snapshot, SubscriptionGrant
from fanwire.realtime.protocol.model import Error, Reply
from fanwire.realtime.protocol.stream import ClientInfo, PresenceStats, Publication, StreamPosition
from fanwire.realtime.session import effects as ask
from fanwire.realtime.session import heartbeat, leases
from fanwire.realtime.session.effects import Effect
from fanwire.realtime.session.subscription import LIVE, PRESENT, Subscription

if TYPE_CHECKING:
    from fanwire.realtime.node.connection import Connection

# A channel's name in a log line: clients choose it.
_LOGGED_NAME = 100

_log = structlog.get_logger(__name__)


class Failed(NamedTuple):
    """An effect's outcome that the handling receives as an exception."""

    error: Exception


def attempt_now(perform: Callable[[Connection, Any], Any], connection: Connection, effect: Effect[Any]) -> Any:
    try:
        return perform(connection, effect)
    except Exception as error:  # noqa: BLE001 - translated: the handling decides
        return Failed(_translated(error))


def attempt_on_the_spot(performance: Coroutine[Any, Any, Any]) -> Any:
    try:
        return on_the_spot(performance)
    except Exception as error:  # noqa: BLE001 - translated: the handling decides
        return Failed(_translated(error))


async def attempt(performance: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await performance
    except Exception as error:  # noqa: BLE001 - translated: the handling decides
        return Failed(_translated(error))


def _translated(error: Exception) -> Exception:
    """Wire errors pass; anything else is logged here and becomes 100, which clients retry."""
    if isinstance(error, ClientError | Disconnect):
        return error
    if isinstance(error, FanwireError):
        _log.warning("effect_failed", error=str(error), kind=type(error).__name__)
    else:
        _log.error("effect_failed", exc_info=error)
    return InternalError()


# --- now


def _send(connection: Connection, effect: ask.Send) -> None:
    connection.send(effect.reply)


def _refuse(connection: Connection, effect: ask.Refuse) -> None:
    error = effect.error
    connection.core.counters.errors[error.code] += 1
    if error.rule:
        _log.info(
            "refused",
            code=error.code,
            rule=error.rule,
            hint=error.hint,
            user=connection.session.user,
            channel=effect.channel[:_LOGGED_NAME],
        )
    connection.send(Reply(id=effect.id, error=Error(error.code, error.message, error.temporary)))


def _ping(connection: Connection, effect: ask.Ping) -> None:
    connection.core.counters.messages_out += 1
    connection.outbound.send(connection.session.wire.ping)


def _admit(connection: Connection, effect: ask.Admit) -> None:
    core, session = connection.core, connection.session
    limits = core.settings.client
    if limits.connection_limit and len(core.registry) >= limits.connection_limit:
        raise ConnectionLimit(f"client.connection_limit is {limits.connection_limit}")
    most = limits.user_connection_limit
    if most and session.user and len(core.registry.of_user(session.user)) >= most:
        raise ConnectionLimit(f"client.user_connection_limit is {most}")
    core.fresh.discard(connection)
    core.registry.add(session.client, session.user, connection)


def _withdraw(connection: Connection, effect: ask.Withdraw) -> None:
    connection.withdraw()
    connection.core.fresh.add(connection)


def _beat(connection: Connection, effect: ask.Beat) -> None:
    if connection.beat is not None:
        connection.beat.cancel()
        connection.beat = None
    if effect.delay is not None:
        connection.beat = connection.core.wheel.after(effect.delay, _on_beat, connection)


def _on_beat(connection: Connection) -> None:
    connection.run(heartbeat.beat(connection.session))


def _expire(connection: Connection, effect: ask.Expire) -> None:
    if connection.expiry is not None:
        connection.expiry.cancel()
        connection.expiry = None
    if effect.delay is not None:
        connection.expiry = connection.core.wheel.after(effect.delay, _on_expiry, connection)


def _on_expiry(connection: Connection) -> None:
    connection.run(leases.expire(connection.session))


def _lapse(connection: Connection, effect: ask.Lapse) -> None:
    subscription = effect.subscription
    lease = leases.lease_of(subscription)
    if lease.timer is not None:
        lease.timer.cancel()
        lease.timer = None
    current = connection.session.subscriptions.get(subscription.channel) is subscription
    if effect.delay is not None and current:
        lease.timer = connection.core.wheel.after(effect.delay, _on_lapse, (connection, subscription))


def _on_lapse(lapsed: tuple[Connection, Subscription]) -> None:
    connection, subscription = lapsed
    connection.run(leases.lapse(connection.session, subscription))


def _enlist(connection: Connection, effect: ask.Enlist) -> Subscription:
    return connection.core.hub.enlist(connection.session, effect.channel, connection.outbound, effect.flags)


def _take_seat(connection: Connection, effect: ask.TakeSeat) -> None:
    connection.core.hub.seat(effect.subscription)


def _settle(connection: Connection, effect: ask.Settle) -> bool:
    core = connection.core
    settled = core.hub.settle(effect.subscription, effect.snapshot, effect.before)
    core.feeds.release(settled.idle)
    return not settled.missed and all(map(core.feeds.is_open, settled.entered))


def _go_live(connection: Connection, effect: ask.GoLive) -> None:
    subscription = effect.subscription
    lost = connection.core.hub.go_live(subscription, effect.position, effect.held)
    if subscription.ending is not None:
        connection.end_subscription(subscription, subscription.ending)
    for one in lost:
        owner = connection.core.registry.of_client(one.session.client)
        if owner is not None:
            owner.lose(one)


def _dismiss(connection: Connection, effect: ask.Dismiss) -> None:
    connection.dismiss(effect.subscription)


def _end(connection: Connection, effect: ask.End) -> None:
    subscription, core = effect.subscription, connection.core
    if effect.unsubscribe is leases.ACCESS_EXPIRED and core.hears and subscription.flags & LIVE:
        core.lapses.wait(connection, subscription)
    else:
        connection.end_subscription(subscription, effect.unsubscribe)


# --- later


async def _authenticate(connection: Connection, effect: ask.Authenticate) -> Identity:
    identity = await connection.core.ports.authenticator.connect(effect.token)
    connection.core.revocations.refuse(identity.user, identity.token_id, identity.issued_at)
    return identity


async def _verify(connection: Connection, effect: ask.VerifySubscription) -> SubscriptionGrant:
    grant = await connection.core.ports.authenticator.subscribe(effect.token)
    connection.core.revocations.refuse(grant.user, grant.token_id, grant.issued_at)
    return grant


async def _authorize(connection: Connection, effect: ask.Authorize) -> Allowed:
    access = connection.core.ports.access
    if access is None:
        raise PermissionDenied("nobody decides over channels with access 'post'", "set directory.post and database.url")
    return await access.authorize(connection.session.user, effect.channel)


async def _open_feeds(connection: Connection, effect: ask.OpenFeeds) -> None:
    for channel in effect.channels:
        await connection.core.feeds.open(channel)


async def _read_snapshot(connection: Connection, effect: ask.ReadSnapshot) -> Snapshot:
    snapshots = connection.core.ports.snapshots
    if snapshots is None:
        raise NotAvailable("this node has no inbox to read a snapshot from", "set database.url")
    return await snapshots.snapshot(effect.user)


async def _read_state(connection: Connection, effect: ask.ReadState) -> bytes | None:
    states = connection.core.ports.states
    return None if states is None else await states.state(effect.channel)


async def _read_stream(connection: Connection, effect: ask.ReadStream) -> tuple[list[Publication], StreamPosition]:
    return await connection.core.broker.history(effect.channel, effect.filter)


async def _publish(connection: Connection, effect: ask.Publish) -> None:
    core, channel = connection.core, effect.channel
    await core.broker.publish(channel.name.full, effect.data, core.publish_options(channel, info=effect.info))


async def _add_presence(connection: Connection, effect: ask.AddPresence) -> None:
    core, subscription = connection.core, effect.subscription
    subscription.flags |= PRESENT
    info, ttl = subscription.info, core.settings.channel.presence_ttl
    await core.broker.add_presence(subscription.channel, info, ttl)
    if connection.session.closed:
        # Its removal may have overtaken it.
        await farewell.absent(core, subscription.channel, info.client)


async def _remove_presence(connection: Connection, effect: ask.RemovePresence) -> None:
    await farewell.absent(connection.core, effect.subscription.channel, connection.session.client)


async def _tell_join(connection: Connection, effect: ask.TellJoin) -> None:
    subscription = effect.subscription
    try:
        await connection.core.broker.publish_join(subscription.channel, subscription.info)
    except Exception as error:  # noqa: BLE001 - the subscription was answered, and stands
        _log.warning("join_not_told", channel=subscription.channel, error=str(error))


async def _tell_leave(connection: Connection, effect: ask.TellLeave) -> None:
    await farewell.left(connection.core, effect.subscription.channel, effect.subscription.info)


async def _read_presence(connection: Connection, effect: ask.ReadPresence) -> dict[str, ClientInfo]:
    return await connection.core.broker.presence(effect.channel)


async def _read_presence_stats(connection: Connection, effect: ask.ReadPresenceStats) -> PresenceStats:
    return await connection.core.broker.presence_stats(effect.channel)


async def _call(connection: Connection, effect: ask.Call) -> bytes:
    handler = connection.core.ports.rpc
    if handler is None:
        raise NotAvailable("no rpc handler is wired")
    return await handler.rpc(_caller(connection), effect.method, effect.data)


async def _deliver(connection: Connection, effect: ask.Deliver) -> None:
    handler = connection.core.ports.messages
    if handler is None:
        raise DisconnectNotAvailable("no message handler is wired")
    await handler.message(_caller(connection), effect.data)


def _caller(connection: Connection) -> Caller:
    return Caller(connection.session.user, connection.session.client)


NOW: dict[type[Effect[Any]], Callable[[Connection, Any], Any]] = {
    ask.Send: _send,
    ask.Refuse: _refuse,
    ask.Ping: _ping,
    ask.Admit: _admit,
    ask.Withdraw: _withdraw,
    ask.Beat: _beat,
    ask.Expire: _expire,
    ask.Lapse: _lapse,
    ask.Enlist: _enlist,
    ask.TakeSeat: _take_seat,
    ask.Settle: _settle,
    ask.GoLive: _go_live,
    ask.Dismiss: _dismiss,
    ask.End: _end,
}

LATER: dict[type[Effect[Any]], Callable[[Connection, Any], Coroutine[Any, Any, Any]]] = {
    ask.Authenticate: _authenticate,
    ask.VerifySubscription: _verify,
    ask.Authorize: _authorize,
    ask.OpenFeeds: _open_feeds,
    ask.ReadSnapshot: _read_snapshot,
    ask.ReadState: _read_state,
    ask.ReadStream: _read_stream,
    ask.Publish: _publish,
    ask.AddPresence: _add_presence,
    ask.RemovePresence: _remove_presence,
    ask.TellJoin: _tell_join,
    ask.TellLeave: _tell_leave,
    ask.ReadPresence: _read_presence,
    ask.ReadPresenceStats: _read_presence_stats,
    ask.Call: _call,
    ask.Deliver: _deliver,
}

ON_THE_SPOT = frozenset(LATER) - {
    ask.Authenticate,
    ask.VerifySubscription,
    ask.Authorize,
    ask.ReadSnapshot,
    ask.ReadState,
    ask.Call,
    ask.Deliver,
}
