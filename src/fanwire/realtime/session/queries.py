"""Questions about a channel: who is there, and what was published."""

from __future__ import annotations

from fanwire.errors import BadRequest, NotAvailable, UnrecoverablePosition
from fanwire.realtime.channels.namespaces import Channel
from fanwire.realtime.channels.rules import may_history, may_presence
from fanwire.realtime.protocol.model import (
    Command,
    HistoryRequest,
    HistoryResult,
    PresenceResult,
    PresenceStatsResult,
    Reply,
)
from fanwire.realtime.protocol.stream import HistoryFilter
from fanwire.realtime.session.effects import Handling, ReadPresence, ReadPresenceStats, ReadStream, Send
from fanwire.realtime.session.leases import ask
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.subscription import GUARDED


def presence(session: Session, command: Command) -> Handling:
    assert command.presence is not None
    channel = _present(session, command.presence.channel)
    clients = yield from ReadPresence(channel.name.full)
    yield from Send(Reply(id=command.id, presence=PresenceResult(clients)))


def presence_stats(session: Session, command: Command) -> Handling:
    assert command.presence_stats is not None
    channel = _present(session, command.presence_stats.channel)
    stats = yield from ReadPresenceStats(channel.name.full)
    result = PresenceStatsResult(stats.num_clients, stats.num_users)
    yield from Send(Reply(id=command.id, presence_stats=result))


def history(session: Session, command: Command) -> Handling:
    """Raises (in the course of it) UnrecoverablePosition when the stream is not the one that was asked about."""
    request = command.history
    assert request is not None
    channel = session.channel(request.channel)
    if not channel.has_history:
        raise NotAvailable("this namespace keeps no history", f"set {channel.setting}.history_size and .history_ttl")
    may_history(session.subject(request.channel), channel)
    found, top = yield from ReadStream(request.channel, _filter(session, request))
    if request.since is not None and request.since.epoch not in ("", top.epoch):
        raise UnrecoverablePosition
    subscription = session.subscriptions.get(request.channel)
    if subscription is not None and subscription.flags & GUARDED:
        # Last, so that nothing can end between the answer and the reply. It moves no deadline: changes have their own
        # questions, whose answers may be newer.
        yield from ask(session, request.channel)
    publications = [session.wire.visible(one, top.epoch) for one in found]
    result = HistoryResult(publications, epoch=top.epoch, offset=top.offset)
    yield from Send(Reply(id=command.id, history=result))


def _present(session: Session, name: str) -> Channel:
    channel = session.channel(name)
    if not channel.options.presence:
        raise NotAvailable("this namespace keeps no presence", f"set {channel.setting}.presence")
    may_presence(session.subject(name), channel)
    return channel


def _filter(session: Session, request: HistoryRequest) -> HistoryFilter:
    """The client's wish within ``channel.history_max_publication_limit`` (0: no limit)."""
    if request.reverse and request.since is not None and request.since.offset == 0:
        raise BadRequest("reverse reads before `since`, and there is nothing before offset 0")
    most = session.environment.settings.channel.history_max_publication_limit
    limit = request.limit if request.limit >= 0 else -1
    if most and (limit < 0 or limit > most):
        limit = most
    return HistoryFilter(limit, request.since, request.reverse)
