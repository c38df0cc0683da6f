"""How a subscription comes to life, whoever asked for it.

1. It is entered in the hub, where its publications are held from then on.
2. Access, snapshot and stream are read, in this order; presence is entered.
3. At once, with nothing in between: what was held is merged, the reply is written, it goes live.

Nothing of a channel precedes its reply, and nothing falls between what was read and what is live.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple

from msgspec import Raw

from fanwire.errors import InsufficientState, PermissionDenied, UnrecoverablePosition
from fanwire.realtime.channels.namespaces import Channel
from fanwire.realtime.channels.rules import Subject, Verdict, may_history, may_presence
from fanwire.realtime.protocol.model import Reply, SubscribeFlag, SubscribeRequest, SubscribeResult
from fanwire.realtime.protocol.stream import HistoryFilter, StreamPosition
from fanwire.realtime.session.effects import (
    AddPresence,
    Effect,
    Enlist,
    GoLive,
    OpenFeeds,
    ReadState,
    ReadStream,
    Send,
    TellJoin,
)
from fanwire.realtime.session.leases import authorize, keep_subscription, lease_of
from fanwire.realtime.session.recovery import Gap, merge, recover
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.snapshot import read_snapshot
from fanwire.realtime.session.subscription import (
    BROKEN,
    DOUBTED,
    GUARDED,
    JOIN_LEAVE,
    LIVE,
    POSITIONED,
    PRESENCE,
    PUSH_JOIN_LEAVE,
    RECOVERABLE,
    SERVER_SIDE,
    Held,
    Subscription,
)
from fanwire.realtime.session.unsubscribe import leave


class Plan(NamedTuple):
    """A subscription that the rules allow. ``info`` and everything after it come from its token."""

    channel: Channel
    request: SubscribeRequest
    verdict: Verdict
    server_side: bool = False
    info: Raw | None = None
    data: Raw | None = None
    expire_at: float = 0.0
    token_id: str = ""
    issued_at: float = -1.0


class Prepared(NamedTuple):
    """Everything that can wait is done. ``position`` is where history ended, None without positions."""

    subscription: Subscription
    result: SubscribeResult
    position: StreamPosition | None


def prepare(session: Session, plan: Plan) -> Generator[Effect[Any], Any, Prepared]:
    """Steps 1 and 2; when they fail, nothing of the subscription is left."""
    name = plan.channel.name.full
    subscription = yield from Enlist(name, _flags(session, plan))
    subscription.chan_info = plan.info
    if plan.issued_at >= 0:
        lease = lease_of(subscription)
        lease.token_id, lease.issued_at = plan.token_id, plan.issued_at
    session.subscriptions[name] = subscription
    try:
        return (yield from _fill(session, subscription, plan))
    except Exception:
        yield from leave(session, subscription)
        raise


def launch(session: Session, prepared: Sequence[Prepared], reply: Reply) -> Generator[Effect[Any], Any, None]:
    """Step 3. Call ``reassure`` right before it.

    Raises (in the course of it):
        errors.InsufficientState: the stream broke while it was being read (3010).
    """
    merged = [_merge(one) for one in prepared]
    yield from Send(reply)
    for one, (held, position) in zip(prepared, merged, strict=True):
        yield from GoLive(one.subscription, position, held)
        yield from keep_subscription(session, one.subscription)
    for one in prepared:
        if one.subscription.flags & JOIN_LEAVE and one.subscription.flags & LIVE:
            yield from TellJoin(one.subscription)


def reassure(session: Session, prepared: Sequence[Prepared]) -> Generator[Effect[Any], Any, None]:
    """Ask for access again wherever a change was heard of since; afterwards no answer is out of date."""
    while doubted := [one.subscription for one in prepared if one.subscription.flags & DOUBTED]:
        for subscription in doubted:
            yield from authorize(session, subscription)


def _fill(session: Session, subscription: Subscription, plan: Plan) -> Generator[Effect[Any], Any, Prepared]:
    result = SubscribeResult(data=plan.data)
    yield from OpenFeeds((subscription.channel,))
    if subscription.flags & GUARDED:
        yield from authorize(session, subscription)
    if _has_snapshot(session, plan.channel):
        result.data = Raw((yield from read_snapshot(session, subscription)).data)
    if session.environment.states and plan.channel.has_state and plan.data is None:
        yield from _read_state(subscription, result)
    position = yield from _read_stream(session, subscription, plan.request, result)
    if subscription.flags & PRESENCE:
        yield from AddPresence(subscription)
    if plan.expire_at:
        lease_of(subscription).expire_at = plan.expire_at
        result.expires, result.ttl = True, session.environment.ttl(plan.expire_at)
    return Prepared(subscription, result, position)


def _read_state(subscription: Subscription, result: SubscribeResult) -> Generator[Effect[Any], Any, None]:
    # Publications are held already: what changes after this read is delivered.
    state = yield from ReadState(subscription.channel)
    if state is not None:
        result.data = Raw(state)


def _has_snapshot(session: Session, channel: Channel) -> bool:
    # A token may open another user's channel; what is in that user's inbox stays there.
    return session.environment.snapshots and channel.has_snapshot and channel.name.id == session.user


def _read_stream(
    session: Session, subscription: Subscription, request: SubscribeRequest, result: SubscribeResult
) -> Generator[Effect[Any], Any, StreamPosition | None]:
    result.was_recovering = request.recover
    position: StreamPosition | None = None
    if subscription.flags & POSITIONED:
        position = yield from _read_positioned(session, subscription, request, result)
    if request.recover and not result.recovered and request.flag & SubscribeFlag.REJECT_UNRECOVERED:
        raise UnrecoverablePosition
    return position


def _read_positioned(
    session: Session, subscription: Subscription, request: SubscribeRequest, result: SubscribeResult
) -> Generator[Effect[Any], Any, StreamPosition]:
    result.positioned = True
    result.recoverable = bool(subscription.flags & RECOVERABLE)
    recovering = request.recover and result.recoverable
    # A filter without limit and start reads the position only.
    wanted = HistoryFilter()
    if recovering:
        limit = session.environment.settings.channel.recovery_max_publication_limit or -1
        wanted = HistoryFilter(limit, request.position)
    found, top = yield from ReadStream(subscription.channel, wanted)
    result.offset, result.epoch = top.offset, top.epoch
    if recovering:
        since = subscription.lease.since if subscription.lease is not None else 0
        recovery = recover(request.position, found, top, since)
        result.recovered, result.offset = recovery.recovered, recovery.offset
        result.publications = [session.wire.visible(one, top.epoch) for one in recovery.publications]
    return top


def _merge(prepared: Prepared) -> tuple[Sequence[Held], StreamPosition | None]:
    subscription, _, position = prepared
    if subscription.flags & BROKEN:
        raise InsufficientState("the stream broke during subscribe")
    held = subscription.held or ()
    if position is None:
        return held, None
    try:
        return merge(position, held)
    except Gap as gap:
        raise InsufficientState(str(gap)) from None


def _flags(session: Session, plan: Plan) -> int:
    channel, request = plan.channel, plan.request
    options = channel.options
    subject = Subject(session.user, True, session.environment.settings.client.insecure)
    flags = SERVER_SIDE if plan.server_side else 0
    if plan.verdict is Verdict.ASK:
        flags |= GUARDED
    if channel.has_history:
        flags |= _positions(subject, channel, request)
    if options.presence:
        flags |= PRESENCE
    if options.join_leave:
        asked = request.join_leave and _permits(may_presence, subject, channel)
        flags |= JOIN_LEAVE | (PUSH_JOIN_LEAVE if options.force_push_join_leave or asked else 0)
    return flags


def _positions(subject: Subject, channel: Channel, request: SubscribeRequest) -> int:
    """Positions are forced by the namespace, or asked for and allowed by an option or by access to history."""
    options = channel.options
    if options.force_recovery:
        return POSITIONED | RECOVERABLE
    history = _permits(may_history, subject, channel)
    if request.recoverable and (options.allow_recovery or history):
        return POSITIONED | RECOVERABLE
    if options.force_positioning or (request.positioned and (options.allow_positioning or history)):
        return POSITIONED
    return 0


def _permits(rule: Callable[[Subject, Channel], None], subject: Subject, channel: Channel) -> bool:
    try:
        rule(subject, channel)
    except PermissionDenied:
        return False
    return True
