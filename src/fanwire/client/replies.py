"""What a server sends, decoded by msgspec: the parts of PROTOCOL.md section 1 that a reader needs."""

from __future__ import annotations

from msgspec import Raw, Struct, field

NONE = Raw(b"")


class Publication(Struct, frozen=True):
    data: Raw
    offset: int = 0


class Subscription(Struct, frozen=True):
    """A subscribe result, or one of the server-side subscriptions of a connect result."""

    recoverable: bool = False
    epoch: str = ""
    offset: int = 0
    publications: list[Publication] = field(default_factory=list)
    recovered: bool = False
    was_recovering: bool = False
    data: Raw = NONE


class ConnectResult(Struct, frozen=True):
    client: str
    expires: bool = False
    ttl: int = 0
    ping: int = 0
    pong: bool = False
    subs: dict[str, Subscription] = field(default_factory=dict)


class RefreshResult(Struct, frozen=True):
    expires: bool = False
    ttl: int = 0


class Ended(Struct, frozen=True):
    code: int = 0
    reason: str = ""


class Push(Struct, frozen=True):
    channel: str = ""
    pub: Publication | None = None
    subscribe: Subscription | None = None
    unsubscribe: Ended | None = None
    disconnect: Ended | None = None


class Error(Struct, frozen=True):
    code: int
    message: str = ""
    temporary: bool = False


class Reply(Struct, frozen=True):
    id: int = 0
    error: Error | None = None
    connect: ConnectResult | None = None
    subscribe: Subscription | None = None
    refresh: RefreshResult | None = None
    push: Push | None = None
