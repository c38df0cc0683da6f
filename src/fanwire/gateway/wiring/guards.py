"""Who decides over a channel: by the ``access`` of its namespace."""

from __future__ import annotations

from collections.abc import Mapping

from fanwire.errors import PermissionDenied
from fanwire.realtime.channels.names import RESERVED
from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.realtime.ports import Allowed, ChannelAccess


class Guards:
    """``realtime.ports.ChannelAccess`` for all namespaces; ``by_access`` has one for each kind that is asked."""

    def __init__(
        self, namespaces: Namespaces, by_access: Mapping[str, ChannelAccess], audiences: ChannelAccess
    ) -> None:
        self._namespaces = namespaces
        self._by_access = by_access
        self._audiences = audiences

    async def authorize(self, user: str, channel: str) -> Allowed:
        """Raises as the guard does; PermissionDenied where nobody is one."""
        if channel.startswith(RESERVED):
            return await self._audiences.authorize(user, channel)
        kind = self._namespaces.channel(channel).options.access
        guard = self._by_access.get(kind)
        if guard is None:
            raise PermissionDenied("no-guard", f"nobody decides over channels with access {kind!r}")
        return await guard.authorize(user, channel)
