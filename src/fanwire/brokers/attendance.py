"""Who is on a channel, for as long as they say so."""

from __future__ import annotations

from typing import NamedTuple

from fanwire.brokers.base import ClientInfo
from fanwire.brokers.deadlines import Deadlines


class _Present(NamedTuple):
    info: ClientInfo
    expires_at: float


class Attendance:
    """channel -> client id -> who it is, until it expires."""

    __slots__ = ("_channels", "_deadlines")

    def __init__(self) -> None:
        self._channels: dict[str, dict[str, _Present]] = {}
        self._deadlines: Deadlines[tuple[str, str]] = Deadlines()

    def __len__(self) -> int:
        return sum(map(len, self._channels.values()))

    def add(self, channel: str, info: ClientInfo, expires_at: float) -> None:
        self._channels.setdefault(channel, {})[info.client] = _Present(info, expires_at)
        self._deadlines.add((channel, info.client), expires_at)

    def remove(self, channel: str, client: str) -> None:
        clients = self._channels.get(channel)
        if clients is None:
            return
        clients.pop(client, None)
        if not clients:
            del self._channels[channel]

    def here(self, channel: str, now: float) -> dict[str, ClientInfo]:
        clients = self._channels.get(channel, {})
        return {client: present.info for client, present in clients.items() if now < present.expires_at}

    def sweep(self, now: float, limit: int) -> None:
        """Free at most ``limit`` expired entries."""
        self._deadlines.expire(now, self._look, limit)

    def _look(self, key: tuple[str, str], now: float) -> float | None:
        channel, client = key
        present = self._channels.get(channel, {}).get(client)
        if present is None:
            return None
        if now < present.expires_at:
            return present.expires_at
        self.remove(channel, client)
        return None
