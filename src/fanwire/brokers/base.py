"""What a broker is: streams with positions, presence and control messages, in one small class.

A broker is a cache and a wire between nodes; the database is the truth (DESIGN.md section 9). Its
conformance suite is ``fanwire.testing.broker_suite``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

import msgspec

from fanwire.realtime.protocol.stream import ClientInfo, HistoryFilter, PresenceStats, Publication, StreamPosition

__all__ = [
    "Broker",
    "BrokerEvents",
    "ClientInfo",
    "HistoryFilter",
    "PresenceStats",
    "Publication",
    "PublishOptions",
    "PublishResult",
    "StreamPosition",
]


class PublishOptions(msgspec.Struct, frozen=True):
    """How to publish. Without ``history_size`` and ``history_ttl`` (seconds) nothing is kept, and no offset is given.

    A repeat of ``idempotency_key`` on the same channel within ``idempotency_ttl`` seconds publishes nothing
    and returns the first result. ``meta_ttl`` is how long the position outlives the publications (seconds;
    0: the broker's own default).
    """

    history_size: int = 0
    history_ttl: float = 0.0
    idempotency_key: str = ""
    idempotency_ttl: float = 300.0
    info: ClientInfo | None = None
    tags: dict[str, str] | None = None
    version: int = 0
    meta_ttl: float = 0.0


class PublishResult(msgspec.Struct, frozen=True):
    """Where the publication stands; ``suppressed`` says that the key was seen before."""

    position: StreamPosition
    suppressed: bool = False


class BrokerEvents(Protocol):
    """What a node gives to its broker. Called in stream order, on the loop's thread, and never awaited."""

    def on_publication(self, channel: str, publication: Publication, position: StreamPosition) -> None: ...

    def on_join(self, channel: str, info: ClientInfo) -> None: ...

    def on_leave(self, channel: str, info: ClientInfo) -> None: ...

    def on_control(self, data: bytes) -> None: ...


class Broker(ABC):
    """A wire between nodes. Every method may raise ``BrokerUnavailable``.

    ``immediate`` promises that no method ever suspends: a node may then run one on the spot, without a task.
    """

    immediate: ClassVar[bool] = False

    @abstractmethod
    async def start(self, events: BrokerEvents) -> None:
        """Begin to deliver to ``events``."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop delivering and free everything."""

    @abstractmethod
    async def subscribe(self, channel: str) -> None:
        """From now on deliver ``channel`` to this node."""

    @abstractmethod
    async def unsubscribe(self, channel: str) -> None:
        """Stop delivering ``channel`` to this node."""

    @abstractmethod
    async def publish(self, channel: str, data: bytes, options: PublishOptions) -> PublishResult:
        """Append to the stream (if it has history) and deliver to every subscribed node, in order."""

    @abstractmethod
    async def publish_join(self, channel: str, info: ClientInfo) -> None: ...

    @abstractmethod
    async def publish_leave(self, channel: str, info: ClientInfo) -> None: ...

    @abstractmethod
    async def history(
        self, channel: str, filter: HistoryFilter, *, meta_ttl: float = 0.0
    ) -> tuple[list[Publication], StreamPosition]:
        """The asked part of the stream and its top. A channel without a stream gets one (offset 0, new epoch)."""

    @abstractmethod
    async def remove_history(self, channel: str) -> None:
        """Forget the publications, keep the position."""

    @abstractmethod
    async def add_presence(self, channel: str, info: ClientInfo, ttl: float) -> None:
        """Say that ``info.client`` is there for ``ttl`` seconds; repeat to stay."""

    @abstractmethod
    async def remove_presence(self, channel: str, client: str) -> None: ...

    @abstractmethod
    async def presence(self, channel: str) -> dict[str, ClientInfo]:
        """Client id -> who it is."""

    @abstractmethod
    async def presence_stats(self, channel: str) -> PresenceStats: ...

    @abstractmethod
    async def publish_control(self, data: bytes) -> None:
        """Deliver ``data`` to ``on_control`` of every node, this one included."""

    @abstractmethod
    async def check(self) -> None:
        """Prove that a message still gets through; raises ``BrokerUnavailable`` with the reason."""
