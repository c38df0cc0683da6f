"""The subscribe command."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from fanwire.errors import AlreadySubscribed, BadRequest, Expired, LimitExceeded
from fanwire.realtime.channels.rules import may_subscribe
from fanwire.realtime.protocol.model import Command, Reply, SubscribeRequest
from fanwire.realtime.session.effects import Effect, Handling
from fanwire.realtime.session.establish import Plan, launch, prepare, reassure
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.tokens import verify
from fanwire.realtime.session.unsubscribe import leave


def subscribe(session: Session, command: Command) -> Handling:
    """Check, read, answer, go live: see ``establish``."""
    request = command.subscribe
    assert request is not None
    plan = yield from _plan(session, request)
    prepared = yield from prepare(session, plan)
    try:
        yield from reassure(session, [prepared])
    except Exception:
        yield from leave(session, prepared.subscription)
        raise
    yield from launch(session, [prepared], Reply(id=command.id, subscribe=prepared.result))


def _plan(session: Session, request: SubscribeRequest) -> Generator[Effect[Any], Any, Plan]:
    channel = session.channel(request.channel)
    _check(session, request)
    subject = session.subject(request.channel)
    if not request.token:
        return Plan(channel, request, may_subscribe(subject, channel))
    grant = yield from verify(session, request.token, request.channel)
    if grant.expire_at and grant.expire_at <= session.environment.clock.wall():
        raise Expired("the subscription token's expire_at is in the past")
    return Plan(
        channel,
        request,
        may_subscribe(subject, channel, by_token=True),
        info=grant.info,
        data=grant.data,
        expire_at=grant.expire_at,
        token_id=grant.token_id,
        issued_at=grant.issued_at,
    )


def _check(session: Session, request: SubscribeRequest) -> None:
    if request.channel in session.subscriptions:
        raise AlreadySubscribed(f"{request.channel} is subscribed on this connection")
    limit = session.environment.settings.client.channel_limit
    if limit and len(session.subscriptions) >= limit:
        raise LimitExceeded("too many subscriptions on one connection", f"client.channel_limit is {limit}")
    if bytes(request.tf):
        raise BadRequest("tags filters are not allowed in this namespace", "subscribe without `tf`")
    if request.type:
        raise BadRequest("only stream subscriptions exist here", "subscribe without `type`")
