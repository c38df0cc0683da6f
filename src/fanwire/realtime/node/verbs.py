"""What the server API can do with a node."""

from __future__ import annotations

import os
from collections.abc import Collection, Coroutine, Mapping
from fnmatch import fnmatchcase
from typing import Any

from fanwire.brokers.base import HistoryFilter, PublishResult
from fanwire.errors import (
    UNSUBSCRIBED_BY_SERVER,
    BadRequest,
    ForceDisconnect,
    NotAvailable,
    PermissionDenied,
    UnrecoverablePosition,
    Unsubscribe,
)
from fanwire.realtime.channels.namespaces import Channel
from fanwire.realtime.channels.rules import Subject, Verdict, may_subscribe
from fanwire.realtime.node import access, control
from fanwire.realtime.node.core import Core
from fanwire.realtime.ports import AccessChange, Revoker
from fanwire.realtime.protocol.stream import ClientInfo, PresenceStats, Publication, StreamPosition


class ServerVerbs:
    """``fanwire.gateway.server_api.verbs.Verbs``. Unknown channels raise 102, missing features 108."""

    def __init__(self, core: Core, uid: str, started: float) -> None:
        self._core = core
        self._uid = uid
        self._started = started

    async def publish(
        self,
        channel: str,
        data: bytes,
        *,
        idempotency_key: str = "",
        tags: dict[str, str] | None = None,
        skip_history: bool = False,
        version: int = 0,
    ) -> PublishResult:
        """Publish raw JSON of one line; with ``skip_history`` it gets no offset, and is not recovered."""
        found = self._channel(channel)
        if not data:
            raise BadRequest("publish without data")
        options = self._core.publish_options(
            found,
            idempotency_key=idempotency_key,
            idempotency_ttl=self._core.settings.broker.idempotency_ttl,
            tags=tags,
            version=version,
            **({"history_size": 0} if skip_history else {}),
        )
        return await self._core.broker.publish(channel, data, options)

    async def presence(self, channel: str) -> dict[str, ClientInfo]:
        self._with_presence(channel)
        return await self._core.broker.presence(channel)

    async def presence_stats(self, channel: str) -> PresenceStats:
        self._with_presence(channel)
        return await self._core.broker.presence_stats(channel)

    async def history(self, channel: str, filter: HistoryFilter) -> tuple[list[Publication], StreamPosition]:
        """Part of a stream and its top; raises UnrecoverablePosition (112) when ``since`` is of another epoch."""
        self._with_history(channel)
        found, top = await self._core.broker.history(channel, filter)
        if filter.since is not None and filter.since.epoch not in ("", top.epoch):
            raise UnrecoverablePosition
        return found, top

    async def remove_history(self, channel: str) -> None:
        self._with_history(channel)
        await self._core.broker.remove_history(channel)

    async def unsubscribe(
        self, user: str, channel: str, *, client: str = "", unsubscribe: Unsubscribe = UNSUBSCRIBED_BY_SERVER
    ) -> None:
        """End the subscriptions of ``user`` to ``channel``, on every node."""
        self._channel(channel)
        order = control.EndSubscriptions(user, channel, unsubscribe.code, unsubscribe.reason, client)
        await self._core.broker.publish_control(control.encode(control.Message(unsubscribe=order)))

    async def disconnect(
        self,
        user: str,
        *,
        client: str = "",
        code: int = ForceDisconnect.code,
        reason: str = "",
        whitelist: Collection[str] = (),
    ) -> None:
        """Close the connections of ``user``, on every node."""
        reason = reason or (ForceDisconnect.reason if code == ForceDisconnect.code else "")
        order = control.EndConnections(user, code, reason, client, list(whitelist))
        await self._core.broker.publish_control(control.encode(control.Message(disconnect=order)))

    async def revoke_token(self, token_id: str, user: str) -> None:
        """The token counts no more: see ``ports.Revoker``."""
        await self._revoker().revoke_token(token_id, user)

    async def revoke_tokens(self, user: str, issued_before: float) -> None:
        """The tokens of ``user`` up to a time count no more: see ``ports.Revoker``."""
        await self._revoker().revoke_tokens(user, issued_before)

    async def info(self) -> list[Mapping[str, Any]]:
        """Each node of the cluster; as long as there is no survey, that is this one."""
        core = self._core
        node = {
            "uid": self._uid,
            "name": f"{os.uname().nodename}_{self._uid[:8]}",
            "version": core.environment.version,
            "num_clients": len(core.registry),
            "num_users": core.registry.users,
            "num_subs": core.hub.subscriptions,
            "num_channels": len(core.hub.channels),
            "uptime": int(core.clock.monotonic() - self._started),
            "metrics": {"interval": 0, "items": {}},
        }
        return [node]

    async def channels(self, pattern: str) -> Mapping[str, int]:
        """Subscribers of each channel whose name fits the glob ``pattern`` (empty: all)."""
        found = self._core.hub.channels
        return {name: channel.count for name, channel in found.items() if not pattern or fnmatchcase(name, pattern)}

    async def explain(self, user: str, channel: str) -> None:
        """Raise what ``user`` would be answered on subscribing to ``channel`` without a token."""
        found = self._channel(channel)
        subject = Subject(user, insecure=self._core.settings.client.insecure)
        if may_subscribe(subject, found) is Verdict.ASK:
            await self._ask(user, channel)

    def access_changed(self, change: AccessChange) -> Coroutine[Any, Any, None]:
        """What ``change`` may concern gets nothing from now on, until the coroutine has asked again about it."""
        return access.access_changed(self._core, change)

    def access_known(self, at: float) -> None:
        """``access_changed`` was called for all that was committed before monotonic time ``at``.

        Call it at least every 0.8 s, once called: without news for longer, locked channels are held back.
        """
        self._core.know(at)

    async def _ask(self, user: str, channel: str) -> None:
        if self._core.ports.access is None:
            raise PermissionDenied("nobody decides over channels with access 'post'", "set directory.post")
        await self._core.ports.access.authorize(user, channel)

    def _revoker(self) -> Revoker:
        revoker = self._core.ports.revoker
        if revoker is None:
            raise NotAvailable("there is nowhere to remember revoked tokens", "set database.url")
        return revoker

    def _channel(self, channel: str) -> Channel:
        return self._core.environment.namespaces.channel(channel)

    def _with_presence(self, name: str) -> None:
        channel = self._channel(name)
        if not channel.options.presence:
            raise NotAvailable("this namespace keeps no presence", f"set {channel.setting}.presence")

    def _with_history(self, name: str) -> None:
        channel = self._channel(name)
        if not channel.has_history:
            raise NotAvailable(
                "this namespace keeps no history", f"set {channel.setting}.history_size and .history_ttl"
            )
