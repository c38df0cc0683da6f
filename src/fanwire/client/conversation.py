"""The client's side of the protocol without sockets: lines in, happenings and lines out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import msgspec

from fanwire import __version__
from fanwire.client.happenings import Connected, Denied, Happening, Published, Subscribed, Unsubscribed
from fanwire.client.replies import NONE, ConnectResult, Error, Push, Reply, Subscription
from fanwire.errors import UNSUBSCRIBED_INSUFFICIENT, TokenExpired

_decoder = msgspec.json.Decoder(Reply)

PONG = b"{}"


class Conversation:
    """Remembers what we asked for and how far we have read, over any number of connections.

    Call ``hello`` when a connection opens, then ``hear`` for every message; send what ``to_send`` holds.
    """

    def __init__(self, channels: Iterable[str]) -> None:
        self.to_send: list[bytes] = []
        self.ping = 0
        self.refresh_in = 0
        self._wanted = list(dict.fromkeys(channels))
        self._positions: dict[str, tuple[str, int]] = {}
        self._by_server: set[str] = set()
        self._asked: dict[int, str] = {}
        self._pong = False
        self._numbers = count(1)

    def hello(self, token: str) -> None:
        """Queue the first command of a new connection."""
        self.to_send.clear()
        self._asked.clear()
        subs = {channel: self._since(channel) for channel in self._by_server if channel in self._positions}
        command: dict[str, Any] = {"name": "fanwire", "version": __version__}
        if token:
            command["token"] = token
        if subs:
            command["subs"] = subs
        self._ask("", "connect", command)

    def refresh(self, token: str) -> None:
        """Queue a new token before the old one runs out."""
        self.refresh_in = 0
        self._ask("", "refresh", {"token": token})

    def hear(self, message: bytes) -> list[Happening]:
        """Everything that one WebSocket message says (it may hold several lines)."""
        happenings: list[Happening] = []
        for line in message.splitlines():
            if line.strip():
                happenings += self._line(line)
        return happenings

    def _line(self, line: bytes) -> Iterable[Happening]:
        reply = _decoder.decode(line)
        if reply.push is not None:
            return self._push(reply.push)
        if reply.id == 0:
            if self._pong:
                self.to_send.append(PONG)
            return ()
        return self._answer(reply, self._asked.pop(reply.id, ""))

    def _answer(self, reply: Reply, channel: str) -> Iterable[Happening]:
        if reply.error is not None:
            return (self._denied(channel, reply.error),)
        if reply.connect is not None:
            return list(self._connected(reply.connect))
        if reply.subscribe is not None:
            return list(self._subscribed(channel, reply.subscribe, by_server=False))
        if reply.refresh is not None:
            self.refresh_in = reply.refresh.ttl if reply.refresh.expires else 0
        return ()

    def _denied(self, channel: str, error: Error) -> Denied:
        if channel in self._wanted and not error.temporary and error.code != TokenExpired.code:
            self._wanted.remove(channel)
        return Denied(channel, error.code, error.message)

    def _connected(self, result: ConnectResult) -> Iterator[Happening]:
        self.ping, self._pong = result.ping, result.pong
        self.refresh_in = result.ttl if result.expires else 0
        yield Connected(result.client)
        for channel, subscription in result.subs.items():
            yield from self._subscribed(channel, subscription, by_server=True)
        for channel in self._wanted:
            if channel not in self._by_server:
                self._subscribe(channel)

    def _subscribed(self, channel: str, result: Subscription, *, by_server: bool) -> Iterator[Happening]:
        if by_server:
            self._by_server.add(channel)
        self._positions.pop(channel, None)
        if result.recoverable:
            self._positions[channel] = (result.epoch, result.offset)
        yield Subscribed(
            channel,
            result.offset,
            result.was_recovering,
            result.recovered,
            b"" if result.data == NONE else bytes(result.data),
            by_server,
        )
        for publication in result.publications:
            yield self._published(channel, bytes(publication.data), publication.offset, recovered=True)

    def _push(self, push: Push) -> Iterable[Happening]:
        if push.pub is not None:
            return (self._published(push.channel, bytes(push.pub.data), push.pub.offset, recovered=False),)
        if push.subscribe is not None:
            return list(self._subscribed(push.channel, push.subscribe, by_server=True))
        if push.unsubscribe is not None:
            return (self._unsubscribed(push.channel, push.unsubscribe.code, push.unsubscribe.reason),)
        return ()

    def _published(self, channel: str, data: bytes, offset: int, *, recovered: bool) -> Published:
        if offset and channel in self._positions:
            self._positions[channel] = (self._positions[channel][0], offset)
        return Published(channel, data, offset, recovered)

    def _unsubscribed(self, channel: str, code: int, reason: str) -> Unsubscribed:
        if channel in self._by_server:
            self._by_server.discard(channel)
        elif code >= UNSUBSCRIBED_INSUFFICIENT.code:
            self._subscribe(channel)
        elif channel in self._wanted:
            self._wanted.remove(channel)
        return Unsubscribed(channel, code, reason)

    def _subscribe(self, channel: str) -> None:
        self._ask(channel, "subscribe", {"channel": channel, **self._since(channel)})

    def _since(self, channel: str) -> dict[str, Any]:
        if channel not in self._positions:
            return {}
        epoch, offset = self._positions[channel]
        return {"recover": True, "epoch": epoch, "offset": offset}

    def _ask(self, channel: str, method: str, command: dict[str, Any]) -> None:
        number = next(self._numbers)
        self._asked[number] = channel
        self.to_send.append(msgspec.json.encode({"id": number, method: command}))
