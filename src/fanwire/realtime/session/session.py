"""The session: what is known of one client."""

from __future__ import annotations

from msgspec import Raw

from fanwire.realtime.channels.namespaces import Channel
from fanwire.realtime.channels.rules import Subject
from fanwire.realtime.protocol.stream import ClientInfo
from fanwire.realtime.protocol.wire import Wire
from fanwire.realtime.session.environment import Environment
from fanwire.realtime.session.state import DEAF, TRANSITIONS, Event, State
from fanwire.realtime.session.subscription import Subscription


class Session:
    """State only: ``dispatch`` and the handlers beside it act on it.

    ``subscriptions`` has every one, live or not, by channel. ``token_channels`` are those that the connection
    token subscribed to; ``token_id`` and ``issued_at`` are what a revocation of it names. ``next_ping`` is
    monotonic time, ``expire_at`` wall time (0: never).
    """

    __slots__ = (
        "awaits_pong",
        "client",
        "environment",
        "expire_at",
        "info",
        "issued_at",
        "next_ping",
        "state",
        "subscriptions",
        "token_channels",
        "token_id",
        "user",
        "wire",
    )

    def __init__(self, environment: Environment, wire: Wire) -> None:
        self.environment = environment
        self.wire = wire
        self.state = State.FRESH
        self.client = environment.client_ids()
        self.user = ""
        self.info: Raw | None = None
        self.expire_at = 0.0
        self.token_channels: frozenset[str] = frozenset()
        self.token_id = ""
        self.issued_at = 0.0
        self.subscriptions: dict[str, Subscription] = {}
        self.awaits_pong = False
        self.next_ping = 0.0

    def move(self, event: Event) -> None:
        """Change state as the table says; an event that it does not list is our own mistake."""
        self.state = TRANSITIONS[self.state][event]

    @property
    def deaf(self) -> bool:
        return self.state in DEAF

    @property
    def closed(self) -> bool:
        return self.state is State.CLOSED

    def channel(self, name: str) -> Channel:
        """Look ``name`` up; raises UnknownChannel (102) or BadRequest (107)."""
        return self.environment.namespaces.channel(name)

    def subject(self, channel: str) -> Subject:
        """This client, as the rules see it on ``channel``."""
        return Subject(self.user, channel in self.subscriptions, self.environment.settings.client.insecure)

    def client_info(self, channel: str) -> ClientInfo:
        """This client, as others see it on ``channel``."""
        subscription = self.subscriptions.get(channel)
        return subscription.info if subscription else ClientInfo(self.user, self.client, self.info)
