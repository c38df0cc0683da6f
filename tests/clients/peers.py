"""Published Centrifuge clients behind one face: npm `centrifuge` in a Node process, PyPI `centrifuge-python` here."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import centrifuge
from centrifuge.handlers import ClientEventHandler, SubscriptionEventHandler

Event = dict[str, Any]
NODE = Path(__file__).parent / "node"
PATIENCE = 15.0


class Refused(Exception):
    """The server answered a question with this error code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


class Peer(ABC):
    """Keeps every event of one client in order, and waits for one with a limit."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._arrived = asyncio.Condition()

    async def _record(self, event: Event) -> None:
        async with self._arrived:
            self.events.append(event)
            self._arrived.notify_all()

    async def until(self, found: Callable[[list[Event]], Any], what: str = "") -> Any:
        """The first true value of ``found(events)``; fails with all that did arrive."""
        try:
            async with asyncio.timeout(PATIENCE), self._arrived:
                await self._arrived.wait_for(lambda: found(self.events))
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what or 'an event'}; seen: {self.events}") from None
        return found(self.events)

    async def see(self, name: str, **fields: Any) -> Event:
        """The newest event of this name with these fields, once there is one."""

        def matching(events: list[Event]) -> Event | None:
            wanted = {"event": name, **fields}
            return next((e for e in reversed(events) if wanted.items() <= e.items()), None)

        event: Event = await self.until(matching, f"{name} {fields}")
        return event

    def publications(self, channel: str) -> list[Event]:
        return [e for e in self.events if e["event"] == "publication" and e["channel"] == channel]

    async def published(self, channel: str, number: int) -> list[Event]:
        """All publications of a channel, once there are at least ``number``."""
        await self.until(lambda _: len(self.publications(channel)) >= number, f"{number} publications of {channel}")
        return self.publications(channel)

    def forget(self) -> None:
        self.events.clear()

    @abstractmethod
    async def connect(self, url: str, token: str) -> None: ...

    @abstractmethod
    async def subscribe(self, channel: str, **options: Any) -> None: ...

    @abstractmethod
    async def unsubscribe(self, channel: str) -> None: ...

    @abstractmethod
    async def disconnect(self) -> None: ...

    @abstractmethod
    async def reconnect(self) -> None: ...

    @abstractmethod
    async def ask(self, call: str, **args: Any) -> Any:
        """One question (publish, history, presence, presence_stats, rpc); raises ``Refused``."""

    @abstractmethod
    async def close(self) -> None: ...


class NodePeer(Peer):
    """npm `centrifuge`, in a Node process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        super().__init__()
        self._process = process
        self._ids = count(1)
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls) -> NodePeer:
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec("node", "peer.mjs", cwd=NODE, stdin=pipe, stdout=pipe))

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            await self._record(json.loads(line))

    async def _call(self, call: str, **args: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"call": call, **args}).encode() + b"\n")
        await self._process.stdin.drain()

    async def connect(self, url: str, token: str) -> None:
        await self._call("connect", url=url, token=token)

    async def subscribe(self, channel: str, **options: Any) -> None:
        await self._call("subscribe", channel=channel, options=options)

    async def unsubscribe(self, channel: str) -> None:
        await self._call("unsubscribe", channel=channel)

    async def disconnect(self) -> None:
        await self._call("disconnect")
        await self.see("disconnected")

    async def reconnect(self) -> None:
        await self._call("reconnect")

    async def ask(self, call: str, **args: Any) -> Any:
        number = next(self._ids)
        await self._call(call, id=number, **args)
        answer = await self.see("answer", id=number)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reader


class _PythonClientEvents(ClientEventHandler):
    def __init__(self, say: Callable[[Event], Any]) -> None:
        self._say = say

    async def on_connecting(self, ctx: Any) -> None:
        await self._say({"event": "connecting", "code": ctx.code, "reason": ctx.reason})

    async def on_connected(self, ctx: Any) -> None:
        await self._say({"event": "connected", "client": ctx.client})

    async def on_disconnected(self, ctx: Any) -> None:
        await self._say({"event": "disconnected", "code": ctx.code, "reason": ctx.reason})

    async def on_error(self, ctx: Any) -> None:
        await self._say({"event": "error", "code": ctx.code, "message": str(ctx.error)})

    async def on_subscribed(self, ctx: Any) -> None:
        await self._say(_subscribed(ctx.channel, ctx, server_side=True))

    async def on_unsubscribed(self, ctx: Any) -> None:
        await self._say({"event": "unsubscribed", "channel": ctx.channel, "serverSide": True})

    async def on_publication(self, ctx: Any) -> None:
        await self._say(_publication(ctx.channel, ctx.pub, server_side=True))

    async def on_join(self, ctx: Any) -> None:
        await self._say({"event": "join", "channel": ctx.channel, "user": ctx.info.user})


class _PythonSubscriptionEvents(SubscriptionEventHandler):
    def __init__(self, channel: str, say: Callable[[Event], Any]) -> None:
        self._channel = channel
        self._say = say

    async def on_subscribing(self, ctx: Any) -> None:
        await self._say({"event": "subscribing", "channel": self._channel, "code": ctx.code, "reason": ctx.reason})

    async def on_subscribed(self, ctx: Any) -> None:
        await self._say(_subscribed(self._channel, ctx, server_side=False))

    async def on_unsubscribed(self, ctx: Any) -> None:
        await self._say({"event": "unsubscribed", "channel": self._channel, "code": ctx.code, "reason": ctx.reason})

    async def on_publication(self, ctx: Any) -> None:
        await self._say(_publication(self._channel, ctx.pub, server_side=False))

    async def on_join(self, ctx: Any) -> None:
        await self._say({"event": "join", "channel": self._channel, "user": ctx.info.user})

    async def on_leave(self, ctx: Any) -> None:
        await self._say({"event": "leave", "channel": self._channel, "user": ctx.info.user})

    async def on_error(self, ctx: Any) -> None:
        code = getattr(ctx.error, "code", ctx.code)
        await self._say({"event": "error", "channel": self._channel, "code": code, "message": str(ctx.error)})


def _subscribed(channel: str, ctx: Any, *, server_side: bool) -> Event:
    position = ctx.stream_position
    return {
        "event": "subscribed",
        "channel": channel,
        "serverSide": server_side,
        "data": ctx.data,
        "recovered": ctx.recovered,
        "wasRecovering": ctx.was_recovering,
        "offset": position.offset if position else 0,
    }


def _publication(channel: str, pub: Any, *, server_side: bool) -> Event:
    return {
        "event": "publication",
        "channel": channel,
        "serverSide": server_side,
        "data": pub.data,
        "offset": pub.offset or 0,
        "tags": pub.tags or {},
    }


class PythonPeer(Peer):
    """PyPI `centrifuge-python`."""

    def __init__(self) -> None:
        super().__init__()
        self._client: centrifuge.Client | None = None
        self._subscriptions: dict[str, centrifuge.Subscription] = {}

    @property
    def client(self) -> centrifuge.Client:
        assert self._client is not None, "connect first"
        return self._client

    async def connect(self, url: str, token: str) -> None:
        self._client = centrifuge.Client(
            url,
            events=_PythonClientEvents(self._record),
            token=token,
            min_reconnect_delay=0.05,
            max_reconnect_delay=0.2,
        )
        await self.client.connect()

    async def subscribe(self, channel: str, **options: Any) -> None:
        events = _PythonSubscriptionEvents(channel, self._record)
        self._subscriptions[channel] = self.client.new_subscription(channel, events=events, **options)
        await self._subscriptions[channel].subscribe()

    async def unsubscribe(self, channel: str) -> None:
        await self._subscriptions[channel].unsubscribe()

    async def disconnect(self) -> None:
        await self.client.disconnect()
        await self.see("disconnected")

    async def reconnect(self) -> None:
        await self.client.connect()

    async def ask(self, call: str, **args: Any) -> Any:
        try:
            return await getattr(self, f"_{call}")(**args)
        except centrifuge.ReplyError as error:
            raise Refused(error.code) from error

    async def _publish(self, channel: str, data: Any) -> Any:
        await self._subscriptions[channel].publish(data)
        return {}

    async def _history(self, channel: str, options: dict[str, Any]) -> Any:
        found = await self._subscriptions[channel].history(**options)
        return {"offset": found.offset, "data": [p.data for p in found.publications]}

    async def _presence(self, channel: str) -> Any:
        return {"users": [info.user for info in (await self._subscriptions[channel].presence()).clients.values()]}

    async def _presence_stats(self, channel: str) -> Any:
        found = await self._subscriptions[channel].presence_stats()
        return {"numClients": found.num_clients, "numUsers": found.num_users}

    async def _rpc(self, method: str, data: Any) -> Any:
        return {"data": (await self.client.rpc(method, data)).data}

    async def close(self) -> None:
        if self._client is None:
            return
        # The client closes its socket in a task of its own; a loop that ends before it leaves a transport behind.
        socket = self._client._conn
        await self._client.disconnect()
        if socket is not None:
            await asyncio.wait_for(socket.wait_closed(), PATIENCE)
