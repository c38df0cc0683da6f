"""Frozen settings. Option names are Centrifugo's where both have the option (DESIGN.md section 3).

An option that does not exist is an error that names it, its place and the nearest known name: see
``fanwire.configuration``, which reads files and the environment.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def _seconds(value: Any) -> Any:
    # Text that is a plain number comes from the environment, and is seconds too.
    if not isinstance(value, str) or value.replace(".", "", 1).isdigit():
        return value
    parts = list(_DURATION.finditer(value))
    if not parts or "".join(part.group() for part in parts) != value:
        raise ValueError(f"{value!r} is not a duration; write it like 300ms, 25s, 1h30m or 7d")
    return sum(float(part["number"]) * _UNITS[part["unit"]] for part in parts)


# Seconds; written as a number or as text like "25s", "1h30m", "7d".
Duration = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]


def _words(value: Any) -> Any:
    return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value


# A list; in the environment also as text with commas.
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Durations = Annotated[tuple[Duration, ...], BeforeValidator(_words)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChannelOptions(Section):
    """What a namespace allows and keeps. ``access`` names the rule that decides who may subscribe:

    ``none`` leaves it to the ``allow_*`` options and tokens; ``owner`` is the user whose id follows the
    colon; ``open`` is anyone; ``unblocked`` is anyone but those whom that user has blocked; ``post`` asks the
    Directory and the access facts; ``conversation`` asks the platform who is in it.
    """

    access: Literal["none", "owner", "open", "unblocked", "post", "conversation"] = "none"
    history_size: int = Field(0, ge=0)
    history_ttl: Duration = 0.0
    history_meta_ttl: Duration = 30 * 86400.0
    force_recovery: bool = False
    force_positioning: bool = False
    allow_recovery: bool = False
    allow_positioning: bool = False
    presence: bool = False
    join_leave: bool = False
    force_push_join_leave: bool = False
    allow_subscribe_for_client: bool = False
    allow_subscribe_for_anonymous: bool = False
    allow_publish_for_client: bool = False
    allow_publish_for_subscriber: bool = False
    allow_publish_for_anonymous: bool = False
    allow_presence_for_client: bool = False
    allow_presence_for_subscriber: bool = False
    allow_presence_for_anonymous: bool = False
    allow_history_for_client: bool = False
    allow_history_for_subscriber: bool = False
    allow_history_for_anonymous: bool = False
    allow_user_limited_channels: bool = False


class Namespace(ChannelOptions):
    name: Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_.]{2,}$")]


# The channels of DESIGN.md section 4. A file that names one of them replaces it.
DEFAULT_NAMESPACES = (
    Namespace(name="notifications", access="owner"),
    Namespace(name="feed", access="owner", history_size=200, history_ttl=600, force_recovery=True),
    Namespace(name="creator", access="unblocked", history_size=100, history_ttl=600, force_recovery=True),
    Namespace(
        name="post",
        access="post",
        history_size=300,
        history_ttl=600,
        force_recovery=True,
        presence=True,
        allow_presence_for_subscriber=True,
        allow_history_for_subscriber=True,
    ),
    # Bids must not be missed: every one of a last minute fits.
    Namespace(name="auction", access="post", history_size=300, history_ttl=600, force_recovery=True),
    Namespace(
        name="conversation",
        access="conversation",
        history_size=300,
        history_ttl=600,
        force_recovery=True,
        presence=True,
        allow_presence_for_subscriber=True,
        allow_history_for_subscriber=True,
    ),
)


class ChannelSettings(Section):
    without_namespace: ChannelOptions = ChannelOptions()
    namespaces: tuple[Namespace, ...] = ()
    max_length: int = 255
    history_max_publication_limit: int = 300
    recovery_max_publication_limit: int = 300
    presence_update_interval: Duration = 27.0
    presence_ttl: Duration = 60.0
    # A positioned channel is compared with its stream top this often.
    position_check_interval: Duration = 40.0

    def by_name(self) -> dict[str, Namespace]:
        """Every namespace in force: the built-in ones, replaced or added to by the file."""
        return {space.name: space for space in (*DEFAULT_NAMESPACES, *self.namespaces)}


class TokenSettings(Section):
    hmac_secret_key: SecretStr = SecretStr("")
    hmac_previous_secret_key: SecretStr = SecretStr("")
    audience: str = ""
    issuer: str = ""


class PingPong(Section):
    ping_interval: Duration = 25.0
    pong_timeout: Duration = 8.0

    @model_validator(mode="after")
    def _pong_comes_before_the_next_ping(self) -> PingPong:
        if self.ping_interval and self.pong_timeout >= self.ping_interval:
            raise ValueError("pong_timeout must be shorter than ping_interval")
        return self


class ClientSettings(Section):
    token: TokenSettings = TokenSettings()
    allowed_origins: Words = ()
    insecure: bool = False
    allow_anonymous_connect_without_token: bool = False
    # Server-side subscriptions of every connection with a user: '{namespace}:{user}'.
    user_channels: Words = ("notifications", "feed")
    channel_limit: int = 128
    connection_limit: int = 0
    user_connection_limit: int = 0
    # Bytes waiting for one connection; above it the connection is closed with 3008.
    queue_max_size: int = 1_048_576
    # Commands waiting for one connection; above it the connection is closed with 3013.
    command_queue_max: int = 1_000
    stale_close_delay: Duration = 10.0
    expired_close_delay: Duration = 25.0
    expired_sub_close_delay: Duration = 25.0


class WebSocketSettings(Section):
    message_size_limit: int = 65_536
    # From the connection to the end of a request's head, for every kind of request.
    handshake_timeout: Duration = 10.0
    # A client has this long to read what waits for it and to answer a close frame; then it is cut off.
    close_timeout: Duration = 5.0
    # A message of more fragments than this is refused: each costs memory for no payload.
    fragment_limit: int = 4_096


class HttpApiSettings(Section):
    key: SecretStr = SecretStr("")
    insecure: bool = False
    # Bytes of one request body, for the server API and for POST /events; more is refused with 413.
    body_size_limit: int = Field(1_048_576, ge=1)
    # Events in one POST /events: they share a transaction, and a long one keeps the relay waiting.
    batch_limit: int = Field(1_000, ge=1)


class DatabaseSettings(Section):
    """``url`` is a SQLAlchemy URL or plain ``postgresql://`` / ``sqlite:///``; empty means none."""

    url: SecretStr = SecretStr("")
    pool_size: int = Field(10, ge=1)


class RelaySettings(Section):
    enabled: bool = True
    poll_interval: Duration = 0.05
    full_scan_interval: Duration = 5.0
    batch_size: int = Field(200, ge=1)
    lease_ttl: Duration = 3.0
    # Of a hot counter's values one leaves per so many seconds, channel and key; 0 sends every value that is applied.
    conflate_interval: Duration = 0.1
    # /readyz of a gateway fails while the oldest event has waited for longer than this.
    ready_lag: Duration = 30.0


class DirectorySettings(Section):
    """How to ask the platform's own tables what a post is, and who is in a conversation.

    ``post`` is one SELECT with ``:id`` that gives ``author``, ``locked``, ``tier`` and ``deleted``.
    ``conversation`` is one SELECT with ``:id`` that gives a row with ``member`` for each user who is in it.
    """

    post: str = ""
    conversation: str = ""


class TipSettings(Section):
    """Amounts are integer minor units (kopecks, cents); ``currencies`` are ISO 4217 codes, and no other is taken."""

    min_amount: int = Field(100, ge=1)
    max_amount: int = Field(10_000_000, ge=1)
    currencies: Words = ("RUB", "USD", "EUR", "KZT", "BYN")

    @model_validator(mode="after")
    def _leaves_something_to_give(self) -> TipSettings:
        if self.min_amount > self.max_amount:
            raise ValueError("min_amount must not be above max_amount")
        return self


class AuctionSettings(Section):
    # How long a winner, or the runner-up after a default, has to pay.
    payment_period: Duration = Field(48 * 3600.0, gt=0)
    # How long before its end they are reminded.
    reminded_before: Durations = (24 * 3600.0, 2 * 3600.0)

    @model_validator(mode="after")
    def _reminds_within_the_period(self) -> AuctionSettings:
        if any(before >= self.payment_period for before in self.reminded_before):
            raise ValueError("reminded_before must be shorter than payment_period")
        return self


class WebhookSettings(Section):
    """``POST /api/webhooks/payments``; its secret is ``platform.webhook_secret_key``."""

    # How far the signature's time may be from ours.
    tolerance: Duration = 300.0
    # Bytes; a provider's event is a few KiB.
    body_size_limit: int = Field(65_536, ge=1)


class PlatformSettings(Section):
    """The reference creator-platform API."""

    enabled: bool = False
    token_secret_key: SecretStr = SecretStr("")
    # Shared with the payment provider; without it the webhook answers 503.
    webhook_secret_key: SecretStr = SecretStr("")
    webhook: WebhookSettings = WebhookSettings()
    tips: TipSettings = TipSettings()
    auctions: AuctionSettings = AuctionSettings()
    # Whether a front end that says "paid" is believed, without the provider's word. Not set: in development only.
    client_payments: bool | None = None
    dev: bool = False


class ShutdownSettings(Section):
    # Sockets are closed with 3001 spread over this many seconds.
    drain_window: Duration = 3.0
    timeout: Duration = 25.0


class HttpServerSettings(Section):
    address: str = "127.0.0.1"
    port: int = 8000


class BrokerSettings(Section):
    url: SecretStr = SecretStr("memory://")
    idempotency_ttl: Duration = 86_400.0


class Settings(Section):
    """Everything a Fanwire process can be told."""

    environment: Literal["development", "production"] = "production"
    client: ClientSettings = ClientSettings()
    channel: ChannelSettings = ChannelSettings()
    ping_pong: PingPong = PingPong()
    websocket: WebSocketSettings = WebSocketSettings()
    http_api: HttpApiSettings = HttpApiSettings()
    http_server: HttpServerSettings = HttpServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    broker: BrokerSettings = BrokerSettings()
    relay: RelaySettings = RelaySettings()
    directory: DirectorySettings = DirectorySettings()
    platform: PlatformSettings = PlatformSettings()
    shutdown: ShutdownSettings = ShutdownSettings()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
