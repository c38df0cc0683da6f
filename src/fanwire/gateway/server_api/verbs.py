"""What the server API needs of a node."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from fanwire.brokers.base import ClientInfo, HistoryFilter, PresenceStats, Publication, PublishResult, StreamPosition


class Verbs(Protocol):
    """Raises ``ClientError`` for what a caller may be told, any other ``FanwireError`` for what is our fault."""

    async def publish(
        self,
        channel: str,
        data: bytes,
        *,
        idempotency_key: str = "",
        tags: dict[str, str] | None = None,
        skip_history: bool = False,
    ) -> PublishResult: ...

    async def presence(self, channel: str) -> dict[str, ClientInfo]: ...

    async def presence_stats(self, channel: str) -> PresenceStats: ...

    async def history(self, channel: str, filter: HistoryFilter) -> tuple[list[Publication], StreamPosition]: ...

    async def remove_history(self, channel: str) -> None: ...

    async def unsubscribe(self, user: str, channel: str, *, client: str = "") -> None: ...

    async def disconnect(
        self, user: str, *, client: str = "", code: int = 3503, reason: str = "", whitelist: Collection[str] = ()
    ) -> None: ...

    async def revoke_token(self, token_id: str, user: str) -> None: ...

    async def revoke_tokens(self, user: str, issued_before: float) -> None: ...

    async def info(self) -> list[Mapping[str, Any]]: ...

    async def channels(self, pattern: str) -> Mapping[str, int]: ...

    async def explain(self, user: str, channel: str) -> None: ...
