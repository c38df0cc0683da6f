"""The messages of the Centrifuge client protocol, as its JSON form has them (PROTOCOL.md section 1).

Incoming structs have a default for every field; unknown fields are ignored, as protocol buffers do it.
Outgoing structs omit zero values; a field that must always be there has no default. ``msgspec.Raw`` is
embedded JSON; an empty one means that the field was absent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Raw, Struct

from fanwire.realtime.protocol.stream import ClientInfo, StreamPosition

UInt32 = Annotated[int, Meta(ge=0, lt=1 << 32)]
# msgspec knows no bounds above int64; an offset above them is simply one that no stream has reached.
UInt64 = Annotated[int, Meta(ge=0)]
Int32 = Annotated[int, Meta(ge=-(1 << 31), lt=1 << 31)]


class Kind(StrEnum):
    """What a command asks, named as its field; an empty command is a pong."""

    CONNECT = "connect"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    PUBLISH = "publish"
    PRESENCE = "presence"
    PRESENCE_STATS = "presence_stats"
    HISTORY = "history"
    PING = "ping"
    SEND = "send"
    RPC = "rpc"
    REFRESH = "refresh"
    SUB_REFRESH = "sub_refresh"
    PONG = "pong"
    UNKNOWN = "unknown"


class SubscribeFlag:
    """Bits of ``SubscribeRequest.flag`` that this server knows."""

    REJECT_UNRECOVERED = 2


class SubscribeRequest(Struct):
    channel: str = ""
    token: str = ""
    recover: bool = False
    epoch: str = ""
    offset: UInt64 = 0
    data: Raw = Raw()
    positioned: bool = False
    recoverable: bool = False
    join_leave: bool = False
    delta: str = ""
    tf: Raw = Raw()
    flag: Int32 = 0
    type: Int32 = 0

    @property
    def position(self) -> StreamPosition:
        """Where the client says that it stands."""
        return StreamPosition(self.offset, self.epoch)


class ConnectRequest(Struct):
    token: str = ""
    data: Raw = Raw()
    subs: dict[str, SubscribeRequest] = {}
    name: str = ""
    version: str = ""


class UnsubscribeRequest(Struct):
    channel: str = ""


class PublishRequest(Struct):
    channel: str = ""
    data: Raw = Raw()
    type: Int32 = 0


class PresenceRequest(Struct):
    channel: str = ""


class PresenceStatsRequest(Struct):
    channel: str = ""


class HistoryRequest(Struct):
    channel: str = ""
    limit: Int32 = 0
    since: StreamPosition | None = None
    reverse: bool = False


class PingRequest(Struct):
    pass


class SendRequest(Struct):
    data: Raw = Raw()


class RPCRequest(Struct):
    data: Raw = Raw()
    method: str = ""


class RefreshRequest(Struct):
    token: str = ""


class SubRefreshRequest(Struct):
    channel: str = ""
    token: str = ""


class Command(Struct):
    """One command of a client. The order of the fields decides when several are set."""

    id: UInt32 = 0
    connect: ConnectRequest | None = None
    subscribe: SubscribeRequest | None = None
    unsubscribe: UnsubscribeRequest | None = None
    publish: PublishRequest | None = None
    presence: PresenceRequest | None = None
    presence_stats: PresenceStatsRequest | None = None
    history: HistoryRequest | None = None
    ping: PingRequest | None = None
    send: SendRequest | None = None
    rpc: RPCRequest | None = None
    refresh: RefreshRequest | None = None
    sub_refresh: SubRefreshRequest | None = None

    @property
    def kind(self) -> Kind:
        """The first request that is set; without an id only ``send`` counts, all else is a pong."""
        if not self.id:
            return Kind.PONG if self.send is None else Kind.SEND
        for kind in _REQUESTS:
            if getattr(self, kind) is not None:
                return kind
        return Kind.UNKNOWN


_REQUESTS = tuple(kind for kind in Kind if kind not in (Kind.PONG, Kind.UNKNOWN))


class Error(Struct, omit_defaults=True):
    code: int
    message: str
    temporary: bool = False


class Publication(Struct, omit_defaults=True):
    """A publication as clients see it; only the first of a stream carries the epoch."""

    data: Raw
    info: ClientInfo | None = None
    offset: int = 0
    tags: dict[str, str] | None = None
    epoch: str = ""


class SubscribeResult(Struct, omit_defaults=True):
    expires: bool = False
    ttl: int = 0
    recoverable: bool = False
    epoch: str = ""
    publications: list[Publication] = []
    recovered: bool = False
    offset: int = 0
    positioned: bool = False
    data: Raw | None = None
    was_recovering: bool = False


class ConnectResult(Struct, omit_defaults=True):
    client: str
    version: str
    expires: bool = False
    ttl: int = 0
    data: Raw | None = None
    subs: dict[str, SubscribeResult] = {}
    ping: int = 0
    pong: bool = False


class UnsubscribeResult(Struct):
    pass


class PublishResult(Struct):
    pass


class PresenceResult(Struct):
    presence: dict[str, ClientInfo]


class PresenceStatsResult(Struct):
    num_clients: int
    num_users: int


class HistoryResult(Struct):
    publications: list[Publication]
    epoch: str
    offset: int


class RPCResult(Struct, omit_defaults=True):
    data: Raw | None = None


class RefreshResult(Struct, omit_defaults=True):
    client: str
    version: str
    expires: bool = False
    ttl: int = 0


class SubRefreshResult(Struct, omit_defaults=True):
    expires: bool = False
    ttl: int = 0


class Join(Struct):
    info: ClientInfo


class Leave(Struct):
    info: ClientInfo


class Unsubscribe(Struct, omit_defaults=True):
    code: int = 0
    reason: str = ""


class Push(Struct, omit_defaults=True):
    channel: str = ""
    pub: Publication | None = None
    join: Join | None = None
    leave: Leave | None = None
    unsubscribe: Unsubscribe | None = None


class Reply(Struct, omit_defaults=True):
    """One message of the server: the answer to a command (``id`` > 0), or a push."""

    id: int = 0
    error: Error | None = None
    push: Push | None = None
    connect: ConnectResult | None = None
    subscribe: SubscribeResult | None = None
    unsubscribe: UnsubscribeResult | None = None
    publish: PublishResult | None = None
    presence: PresenceResult | None = None
    presence_stats: PresenceStatsResult | None = None
    history: HistoryResult | None = None
    rpc: RPCResult | None = None
    refresh: RefreshResult | None = None
    sub_refresh: SubRefreshResult | None = None
