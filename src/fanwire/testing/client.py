"""A client that tests hold in their hands: it connects as a user, and ``receive`` waits for what must come."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import Any, NamedTuple

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from fanwire.client import Conversation
from fanwire.client.happenings import Connected, Denied, Happening, Published, Subscribed, Unsubscribed
from fanwire.testing.matching import holds

TIMEOUT = 5.0


class Received(NamedTuple):
    """One publication: ``recovered`` if it was missed and came with a subscribe reply."""

    channel: str
    data: Any
    offset: int = 0
    recovered: bool = False


class FanwireClient:
    """One connection of one user; works in plain threads, so a test needs no event loop. Closes as a context manager.

    ``snapshots`` is what channels began with, by channel; ``received`` is everything that came, in order.
    """

    def __init__(self, ws: str, token: str, channels: tuple[str, ...] = (), *, timeout: float = TIMEOUT) -> None:
        """Connect, and return when the server has taken the subscription of every one of ``channels``.

        Raises:
            AssertionError: it refuses, or does not answer within ``timeout`` seconds.
        """
        self.received: list[Received] = []
        self.snapshots: dict[str, Any] = {}
        self._denied: dict[str, Denied] = {}
        self._subscribed: set[str] = set()
        self._unread: list[Received] = []
        self._connected = False
        self._ended = ""
        self._changed = threading.Condition()
        self._conversation = Conversation(channels)
        self._open = ExitStack()
        self._socket = self._open.enter_context(connect(ws, ping_interval=None, compression=None, open_timeout=timeout))
        self._conversation.hello(token)
        self._reader = threading.Thread(target=self._read, name="fanwire-client", daemon=True)
        self._flush()
        self._reader.start()
        wanted = set(channels)
        self._wait(lambda: self._connected and wanted <= self._subscribed | self._denied.keys(), timeout, "subscribe")
        refused = {channel: f"{denied.code} {denied.message}" for channel, denied in self._denied.items()}
        if refused:
            self.close()
            raise AssertionError(f"the server refused: {refused}")

    def __enter__(self) -> FanwireClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def receive(self, channel: str = "", *, timeout: float = TIMEOUT, **fields: Any) -> Received:
        """The next publication (on ``channel``, if given) whose data holds ``fields``; those before it are skipped.

        ``client.receive("post:1", type="post_liked", likesCount=3)``

        Raises:
            AssertionError: it did not come within ``timeout`` seconds; it lists what did.
        """
        found: list[Received] = []

        def look() -> bool:
            for number, one in enumerate(self._unread):
                if channel in ("", one.channel) and holds(one.data, fields):
                    del self._unread[: number + 1]
                    found.append(one)
                    return True
            return False

        self._wait(look, timeout, f"receive {channel or 'anything'} with {fields}")
        return found[0]

    def refused(self, channel: str, *, timeout: float = TIMEOUT) -> Denied:
        """Why the server does not let us (or no longer lets us) subscribe to ``channel``, once it has said so.

        Raises:
            AssertionError: it did not within ``timeout`` seconds.
        """
        self._wait(lambda: channel in self._denied, timeout, f"the end of {channel}")
        return self._denied[channel]

    def close(self) -> None:
        """Close the connection, and wait until it is closed."""
        self._open.close()
        self._reader.join(TIMEOUT)

    def _wait(self, done: Any, timeout: float, what: str) -> None:
        deadline = time.monotonic() + timeout
        with self._changed:
            while not done():
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    raise AssertionError(f"{what}: did not happen within {timeout:g} s; {self._what_came()}")
                self._changed.wait(left)

    def _what_came(self) -> str:
        came = "\n".join(f"  {one.channel} {one.data}" for one in self.received)
        end = f"; the connection ended: {self._ended}" if self._ended else ""
        return (f"came did:\n{came}" if came else "nothing came") + end

    def _read(self) -> None:
        try:
            while True:
                message = self._socket.recv()
                with self._changed:
                    for happening in self._conversation.hear(message.encode() if isinstance(message, str) else message):
                        self._note(happening)
                    self._changed.notify_all()
                self._flush()
        except ConnectionClosed as closed:
            with self._changed:
                self._ended = str(closed)
                self._changed.notify_all()

    def _flush(self) -> None:
        commands, self._conversation.to_send = self._conversation.to_send, []
        if commands:
            self._socket.send(b"\n".join(commands).decode())

    def _note(self, happening: Happening) -> None:
        match happening:
            case Connected():
                self._connected = True
            case Subscribed(channel=channel, data=data):
                self._subscribed.add(channel)
                if data:
                    self.snapshots[channel] = msgspec.json.decode(data)
            case Published(channel, data, offset, recovered):
                one = Received(channel, msgspec.json.decode(data), offset, recovered)
                self.received.append(one)
                self._unread.append(one)
            case Denied(channel=channel):
                self._denied[channel] = happening
            case Unsubscribed(channel=channel):
                self._subscribed.discard(channel)
            case _:
                pass
