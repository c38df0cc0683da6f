"""Everything that a gateway process runs, started in the order in which it is needed and stopped in reverse."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from fanwire.access.conversations import Blocks, SqlConversations
from fanwire.access.directory import SqlDirectory
from fanwire.access.facts import Facts
from fanwire.access.feed import AccessChange, AccessFeed
from fanwire.access.suspects import Suspects
from fanwire.access.tokens import RevokedTokens
from fanwire.auth.authenticator import TokenAuthenticator
from fanwire.brokers.base import Broker
from fanwire.brokers.factory import create_broker
from fanwire.clock import Clock
from fanwire.gateway.access_poll import AccessPoll
from fanwire.gateway.background import keep_running
from fanwire.gateway.backlog import BacklogWatch
from fanwire.gateway.reach import Reach
from fanwire.gateway.requirements import require
from fanwire.gateway.tables import open_database, unreachable
from fanwire.gateway.wiring.access import AudienceAccess, PostAccess, Unblocked
from fanwire.gateway.wiring.conversations import ConversationAccess
from fanwire.gateway.wiring.frames import BrokerPublisher
from fanwire.gateway.wiring.guards import Guards
from fanwire.gateway.wiring.revocations import StoredRevocations
from fanwire.gateway.wiring.snapshots import InboxSnapshots
from fanwire.gateway.wiring.states import PostStates
from fanwire.gateway.wiring.typing import TypingRpc
from fanwire.ids import client_id, event_id
from fanwire.inbox import Inbox
from fanwire.inbox.apply import apply_rows
from fanwire.inbox.lapses import apply_lapses, lapsed
from fanwire.inbox.standing import Standing
from fanwire.outbox.lapsing import Lapses
from fanwire.outbox.relay import Relay
from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.realtime.node import Node
from fanwire.settings import Settings
from fanwire.store.database import Database

log = structlog.get_logger()


@dataclass(frozen=True)
class Runtime:
    """The running parts. ``relay`` is None where ``relay.enabled`` is false."""

    settings: Settings
    clock: Clock
    database: Database
    inbox: Inbox
    broker: Broker
    node: Node
    relay: Relay | None
    backlog: BacklogWatch
    access: AccessPoll
    reach: Reach


async def start_runtime(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Runtime:
    """Start all parts; ``stack`` stops them. When it returns, sockets may be admitted.

    Raises: ConfigurationError, DatabaseLocked, DatabaseUnreachable, BrokerUnavailable.
    """
    require(settings)
    database = await open_database(settings, stack)
    inbox = Inbox(database, clock)
    broker = create_broker(settings.broker.url.get_secret_value(), clock)
    directory = SqlDirectory(database, settings.directory.post) if settings.directory.post else None
    asked = settings.directory.conversation
    conversations = SqlConversations(database, asked) if asked else None
    facts, suspects = Facts(database, clock, _remembered(settings)), Suspects(database, clock)
    node = Node(
        settings,
        broker,
        TokenAuthenticator(settings.client, clock, RevokedTokens(database, suspects)),
        access=Guards(
            Namespaces(settings.channel),
            {
                "post": PostAccess(directory, facts),
                "unblocked": Unblocked(facts, suspects),
                "conversation": ConversationAccess(conversations),
            },
            AudienceAccess(facts),
        ),
        snapshots=InboxSnapshots(inbox, facts),
        rpc=TypingRpc(conversations, Blocks(database), broker, clock),
        states=PostStates(Standing(database)),
        revoker=StoredRevocations(database, event_id),
        clock=clock,
    )
    access = AccessPoll(AccessFeed(database, clock), node.access_changed, _hearing(node, suspects))
    backlog = BacklogWatch(database, settings.relay.ready_lag)
    # Before anybody can subscribe: what ends access from now on is noticed.
    node.access_known(float("-inf"))
    await access.look()
    await suspects.load()
    await node.start()
    stack.push_async_callback(node.stop)
    relay = await _start_relay(settings, clock, database, broker, stack) if settings.relay.enabled else None
    keep_running(stack, access.run(), "access-poll")
    keep_running(stack, backlog.run(), "backlog-watch")
    reach = Reach(settings, relay)
    keep_running(stack, reach.run(), "reach")
    return Runtime(settings, clock, database, inbox, broker, node, relay, backlog, access, reach)


def _remembered(settings: Settings) -> timedelta:
    """How far back the history of a channel that asks for access may reach."""
    spaces = settings.channel.by_name().values()
    return timedelta(seconds=max((one.history_ttl for one in spaces if one.access in ("post", "unblocked")), default=0))


def _hearing(node: Node, suspects: Suspects) -> Callable[[Sequence[AccessChange], float], None]:
    def heard(changes: Sequence[AccessChange], at: float) -> None:
        suspects.heard(changes, at)
        node.access_known(at)

    return heard


async def _start_relay(
    settings: Settings, clock: Clock, database: Database, broker: Broker, stack: AsyncExitStack
) -> Relay:
    relay = make_relay(settings, clock, database, broker)
    # Frames of a previous life go out before there are sockets: nobody gets them after a newer snapshot.
    try:
        left_over = await relay.publish_left_over()
    except SQLAlchemyError as error:
        raise unreachable(error) from None
    if left_over:
        log.info("left_over_published", frames=left_over)
    task = keep_running(stack, relay.run(), "relay")

    async def finish() -> None:
        relay.stop()
        await task

    stack.push_async_callback(finish)
    return relay


def make_relay(settings: Settings, clock: Clock, database: Database, broker: Broker) -> Relay:
    """The relay between this database and this broker; nothing runs yet."""
    publisher = BrokerPublisher(broker, Namespaces(settings.channel), settings.broker)
    owner = f"{socket.gethostname()}/{client_id()[:8]}"
    return Relay(
        database, publisher, settings.relay, clock, owner, apply=apply_rows, lapses=Lapses(lapsed, apply_lapses)
    )
