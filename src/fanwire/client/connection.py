"""The sockets under a conversation: connects, keeps the connection alive, and comes back when it is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Origin

from fanwire.client.conversation import Conversation
from fanwire.client.happenings import Closed, Denied, Happening
from fanwire.errors import FanwireError, TokenExpired

# Beyond its ping a server is given this long before it counts as gone (the SDKs' maxServerPingDelay).
PING_DELAY = 10.0
CONNECT_TIMEOUT = 10.0
# A new token is fetched this much before the old one runs out.
REFRESH_EARLY = 5.0
LONGEST_WAIT = 10.0
MAX_MESSAGE = 16 * 1024 * 1024

NOT_REACHED = 0
NO_PING = 1
UNREADABLE = 2

Tokens = Callable[[], str]


class Refused(FanwireError):
    """The server answered the upgrade with an HTTP status instead of a WebSocket."""

    def __init__(self, url: str, status: int) -> None:
        self.status = status
        super().__init__(f"{url} answered HTTP {status} instead of opening a WebSocket: {_reason(status)}")


async def events(
    url: str, conversation: Conversation, tokens: Tokens, *, origin: str | None = None, wait: float = 0.2
) -> AsyncGenerator[Happening, None]:
    """Everything that happens, over reconnects, until a final ``Closed``.

    ``tokens`` gives a fresh connection token each time it is called; ``wait`` is the first pause, in seconds,
    before coming back.

    Raises: Refused when the server does not want a WebSocket from us, which trying again does not change.
    """
    failures = 0
    while True:
        final = False
        async with aclosing(_one(url, conversation, tokens, origin)) as connection:
            async for happening in connection:
                if isinstance(happening, Closed):
                    final = happening.final
                    failures = failures + 1 if happening.code == NOT_REACHED else 0
                yield happening
        if final:
            return
        await asyncio.sleep(min(LONGEST_WAIT, wait * 2**failures) * random.uniform(0.5, 1))  # noqa: S311


async def _one(
    url: str, conversation: Conversation, tokens: Tokens, origin: str | None
) -> AsyncGenerator[Happening, None]:
    try:
        socket = await connect(
            url,
            origin=None if origin is None else Origin(origin),
            ping_interval=None,
            open_timeout=CONNECT_TIMEOUT,
            max_size=MAX_MESSAGE,
            compression=None,
        )
    except InvalidStatus as error:
        raise Refused(url, error.response.status_code) from None
    except (OSError, TimeoutError, InvalidHandshake) as error:
        yield Closed(NOT_REACHED, f"cannot reach {url}: {error or type(error).__name__}")
        return
    try:
        async with aclosing(_Dialogue(socket, conversation, tokens).happenings()) as happenings:
            async for happening in happenings:
                yield happening
    finally:
        # Whatever ends it here, for the server it is a client that goes away in good order.
        await socket.close()


class _Dialogue:
    """One connection, from its first command to its end."""

    def __init__(self, socket: ClientConnection, conversation: Conversation, tokens: Tokens) -> None:
        self._socket = socket
        self._conversation = conversation
        self._tokens = tokens
        self._now = asyncio.get_running_loop().time
        self._refresh_at: float | None = None

    async def happenings(self) -> AsyncGenerator[Happening, None]:
        try:
            self._conversation.hello(self._tokens())
            await self._flush()
            async with aclosing(self._read()) as happenings:
                async for happening in happenings:
                    yield happening
        except ConnectionClosed as closed:
            yield _closed(closed)
        except TimeoutError:
            yield Closed(NO_PING, "the server has not pinged in time")
        except msgspec.MsgspecError as error:
            yield Closed(UNREADABLE, f"the server sent something that is not the protocol: {error}", final=True)

    async def _read(self) -> AsyncGenerator[Happening, None]:
        while True:
            for happening in self._conversation.hear(await self._heard()):
                yield happening
                if isinstance(happening, Denied) and not happening.channel:
                    yield _refused(happening)
                    return
            self._plan_refresh()
            await self._flush()

    async def _flush(self) -> None:
        if self._conversation.to_send:
            commands = b"\n".join(self._conversation.to_send)
            self._conversation.to_send.clear()
            await self._socket.send(commands.decode())

    async def _heard(self) -> bytes:
        """The next message; on the way the token is refreshed when its time comes."""
        ping = self._conversation.ping
        quiet_until = self._now() + ping + PING_DELAY if ping else None
        while True:
            ends = [end for end in (quiet_until, self._refresh_at) if end is not None]
            try:
                async with asyncio.timeout_at(min(ends, default=None)):
                    return await self._socket.recv(decode=False)
            except TimeoutError:
                if self._refresh_at is None or self._now() < self._refresh_at:
                    raise
                await self._refresh()

    def _plan_refresh(self) -> None:
        if self._conversation.refresh_in:
            self._refresh_at = self._now() + max(1.0, self._conversation.refresh_in - REFRESH_EARLY)
            self._conversation.refresh_in = 0

    async def _refresh(self) -> None:
        self._refresh_at = None
        self._conversation.refresh(self._tokens())
        await self._flush()


def _refused(denied: Denied) -> Closed:
    # An expired token is replaced by the next one; everything else would be answered the same way again.
    return Closed(denied.code, denied.message, final=denied.code != TokenExpired.code)


def _closed(closed: ConnectionClosed) -> Closed:
    code = closed.rcvd.code if closed.rcvd else 1006
    reason = closed.rcvd.reason if closed.rcvd else "connection lost"
    return Closed(code, reason, final=3500 <= code < 4000 or 4500 <= code < 5000)


def _reason(status: int) -> str:
    reasons = {
        403: "its client.allowed_origins does not list the origin we sent",
        404: "there is no Fanwire server behind this URL",
        426: "a proxy between did not pass the Upgrade header on",
        503: "it is draining, or at its connection limit",
    }
    return reasons.get(status, "a proxy between may not pass WebSockets on")
