"""Two people write to each other over a real socket; a third hears nothing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection

from fanwire.auth.tokens import make_api_token
from fanwire.clock import SystemClock
from fanwire.platform.app import create_app
from fanwire.platform.directory import CONVERSATION_QUERY
from fanwire.platform.migrate import upgrade_async

from .conftest import SECRET, Running, Start

CLOCK = SystemClock()
PERMISSION_DENIED, BAD_REQUEST, NOT_AVAILABLE = 103, 107, 108


@pytest.fixture
def db_url(sqlite_url: str) -> str:
    """What is tested here is the way to the socket; the statements have their tests on both databases."""
    return sqlite_url


class Person:
    """Somebody with the API and a socket."""

    def __init__(self, name: str, http: httpx2.AsyncClient, socket: ClientConnection) -> None:
        self.name = name
        self._http = http
        self._socket = socket
        self._id = 1

    async def call(self, method: str, path: str, body: Any) -> Any:
        token = make_api_token(self.name, secret=SECRET, clock=CLOCK)
        headers = {"authorization": f"Bearer {token}"}
        return (await self._http.request(method, path, json=body, headers=headers)).json()

    async def ask(self, kind: str, **command: Any) -> dict[str, Any]:
        """The reply to one command; pushes before it are passed by."""
        self._id += 1
        await self._socket.send(json.dumps({"id": self._id, kind: command}))
        while True:
            frame = await self._frame()
            if frame.get("id") == self._id:
                return frame

    async def hears(self, channel: str) -> dict[str, Any]:
        """The next publication on ``channel``."""
        while True:
            push = (await self._frame()).get("push", {})
            if push.get("channel") == channel and "pub" in push:
                data: dict[str, Any] = push["pub"]["data"]
                return data

    async def _frame(self) -> dict[str, Any]:
        if not getattr(self, "_waiting", None):
            text = await asyncio.wait_for(self._socket.recv(), 5)
            self._waiting = [json.loads(line) for line in str(text).splitlines()]
        frame: dict[str, Any] = self._waiting.pop(0)
        return frame


async def people(gateway: Running, http: httpx2.AsyncClient, *names: str) -> list[Person]:
    found = [Person(name, http, await gateway.open(name)) for name in names]
    for person in found:
        await person.call("PATCH", "/api/user/settings", {"nickname": person.name})
    return found


async def test_two_people_write_and_a_stranger_hears_nothing(start: Start, db_url: str) -> None:
    await upgrade_async(db_url)
    gateway = await start(directory={"conversation": CONVERSATION_QUERY})
    runtime = gateway.runtime
    app = create_app(runtime.database, runtime.settings, CLOCK, runtime.inbox)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://platform") as http:
        anna, boris, clara = await people(gateway, http, "anna", "boris", "clara")
        here = (await boris.call("POST", "/api/messages", {"toUserId": "anna", "content": "раз"}))["conversationId"]
        channel = f"conversation:{here}"
        assert (await anna.hears("feed:anna"))["unreadMessages"] == 1
        for person in (anna, boris):
            reply = await person.ask("subscribe", channel=channel)
            assert reply["subscribe"]["recoverable"] is True

        refused = await clara.ask("subscribe", channel=channel)
        assert refused["error"]["code"] == PERMISSION_DENIED
        unknown = await clara.ask("subscribe", channel="conversation:no-such")
        assert unknown["error"] == refused["error"]

        assert (await boris.ask("rpc", method="typing", data={"conversationId": here}))["rpc"] == {"data": {}}
        assert await anna.hears(channel) == {"type": "typing", "conversationId": here, "userId": "boris"}
        assert (await anna.ask("history", channel=channel, limit=10))["history"]["publications"] != []

        sent = await boris.call("POST", "/api/messages", {"conversationId": here, "content": "два"})
        heard = await anna.hears(channel)
        assert (heard["type"], heard["message"]["id"], heard["message"]["content"]) == (
            "message_created",
            sent["id"],
            "два",
        )
        await anna.call("PATCH", f"/api/messages/{here}", {"readUpTo": sent["id"]})
        while (read := await boris.hears(channel))["type"] != "message_read":
            assert read["type"] in {"typing", "message_created"}
        assert read == {"type": "message_read", "conversationId": here, "userId": "anna", "upTo": sent["id"]}
        kept = (await anna.ask("history", channel=channel, limit=10))["history"]["publications"]
        assert [one["data"]["type"] for one in kept] == ["message_created", "message_created", "message_read"]

        await refusals_of_typing(anna, boris, clara, here)


async def refusals_of_typing(anna: Person, boris: Person, clara: Person, here: str) -> None:
    stranger = await clara.ask("rpc", method="typing", data={"conversationId": here})
    assert stranger["error"]["code"] == PERMISSION_DENIED
    unreadable: list[Any] = [{}, {"conversationId": 7}, {"conversationId": "a b"}, [], "x"]
    for data in unreadable:
        assert (await anna.ask("rpc", method="typing", data=data))["error"]["code"] == BAD_REQUEST
    assert (await anna.ask("rpc", method="nothing", data={}))["error"]["code"] == NOT_AVAILABLE
    await boris.call("POST", "/api/blocks", {"userId": "anna"})
    assert (await anna.ask("rpc", method="typing", data={"conversationId": here}))["error"]["code"] == PERMISSION_DENIED
    # A block closes no door to what was said before.
    assert "presence" in await anna.ask("presence", channel=f"conversation:{here}")
