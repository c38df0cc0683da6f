"""The connect command: who the client is, and what the server subscribes it to."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from fanwire.errors import BadCommand, ChannelLimit, ClientError, Expired
from fanwire.realtime.channels.rules import Verdict, may_subscribe
from fanwire.realtime.ports import Identity, ServerSubscription
from fanwire.realtime.protocol.model import Command, ConnectRequest, ConnectResult, Reply, SubscribeRequest
from fanwire.realtime.session.effects import Admit, Authenticate, Beat, Effect, Handling, Withdraw
from fanwire.realtime.session.establish import Plan, Prepared, launch, prepare, reassure
from fanwire.realtime.session.heartbeat import REFUSED_CLOSE_DELAY, announced, begin_pings
from fanwire.realtime.session.leases import keep_connection
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.state import Event


def connect(session: Session, command: Command) -> Handling:
    """Identify, subscribe on the server's side, answer.

    An error reply ends the conversation without closing it: whether to come back is the client's decision,
    made from the error's code.
    """
    request = command.connect
    assert request is not None
    session.move(Event.CONNECT)
    try:
        identity = yield from _identify(session, request)
        prepared = yield from _subscribe(session, request, identity)
    except ClientError:
        session.move(Event.REFUSE)
        yield from Withdraw()
        yield from Beat(REFUSED_CLOSE_DELAY)
        raise
    session.move(Event.ADMIT)
    result = _result(session, prepared)
    yield from begin_pings(session)
    yield from keep_connection(session, session.expire_at)
    yield from launch(session, prepared, Reply(id=command.id, connect=result))


def _identify(session: Session, request: ConnectRequest) -> Generator[Effect[Any], Any, Identity]:
    identity = yield from _identity(session, request)
    if identity.expire_at and identity.expire_at <= session.environment.clock.wall():
        raise Expired("the connection token's expire_at is in the past")
    session.user = identity.user
    session.info = identity.info
    session.expire_at = identity.expire_at
    session.token_channels = identity.server_channels()
    session.token_id, session.issued_at = identity.token_id, identity.issued_at
    yield from Admit()
    return identity


def _identity(session: Session, request: ConnectRequest) -> Generator[Effect[Any], Any, Identity]:
    settings = session.environment.settings.client
    if settings.insecure:
        return Identity("")
    if request.token:
        return (yield from Authenticate(request.token))
    if settings.allow_anonymous_connect_without_token:
        return Identity("")
    raise BadCommand("connect without a token; set client.allow_anonymous_connect_without_token to allow it")


def _subscribe(
    session: Session, request: ConnectRequest, identity: Identity
) -> Generator[Effect[Any], Any, list[Prepared]]:
    plans = _plans(session, request, identity)
    limit = session.environment.settings.client.channel_limit
    if limit and len(plans) > limit:
        raise ChannelLimit(f"{len(plans)} server-side subscriptions; client.channel_limit is {limit}")
    prepared = []
    for plan in plans:
        prepared.append((yield from prepare(session, plan)))  # noqa: PERF401 - no yield in a comprehension
    yield from reassure(session, prepared)
    return prepared


def _plans(session: Session, request: ConnectRequest, identity: Identity) -> list[Plan]:
    """The token's channels first, then the user's own. ``request.subs`` says where the client left off."""
    environment = session.environment
    personal = environment.namespaces.personal(environment.settings.client.user_channels, session.user)
    plans = []
    for name in dict.fromkeys([*identity.channels, *identity.subs, *personal]):
        channel = session.channel(name)
        from_token = name in session.token_channels
        verdict = may_subscribe(session.subject(name), channel, by_token=True) if from_token else Verdict.ALLOWED
        extra = identity.subs.get(name, ServerSubscription())
        asked = request.subs.get(name) or SubscribeRequest()
        plans.append(Plan(channel, asked, verdict, server_side=True, info=extra.info, data=extra.data))
    return plans


def _result(session: Session, prepared: list[Prepared]) -> ConnectResult:
    ping, pong = announced(session)
    result = ConnectResult(
        client=session.client,
        version=session.environment.version,
        subs={one.subscription.channel: one.result for one in prepared},
        ping=ping,
        pong=pong,
    )
    if session.expire_at:
        result.expires, result.ttl = True, session.environment.ttl(session.expire_at)
    return result
