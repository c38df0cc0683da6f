"""The test client against servers that behave, and servers that do not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from fanwire.client import Conversation, Refused, events
from fanwire.client import connection as connection_module
from fanwire.client.happenings import Closed, Connected, Denied, Happening, Published

Script = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def serving(script: Script, **options: Any) -> AsyncIterator[str]:
    async with serve(script, "127.0.0.1", 0, **options) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}/connection/websocket"


async def welcome(socket: ServerConnection, **result: Any) -> dict[str, Any]:
    command: dict[str, Any] = json.loads(await socket.recv())
    await socket.send(json.dumps({"id": command["id"], "connect": {"client": "c", **result}}))
    return command


async def collect(url: str, until: Callable[[Happening], bool], *, tokens: Any = lambda: "t") -> list[Happening]:
    seen: list[Happening] = []
    async with aclosing(events(url, Conversation(["post:1"]), tokens, wait=0.001)) as happenings:
        async for happening in happenings:
            seen.append(happening)
            if until(happening):
                break
    return seen


async def test_it_comes_back_after_a_lost_connection_with_a_fresh_token() -> None:
    commands: list[dict[str, Any]] = []

    async def script(socket: ServerConnection) -> None:
        commands.append(await welcome(socket))
        subscribe = json.loads(await socket.recv())
        await socket.send(json.dumps({"id": subscribe["id"], "subscribe": {}}))
        await socket.send(json.dumps({"push": {"channel": "post:1", "pub": {"data": len(commands)}}}))
        if len(commands) == 1:
            await socket.close(3001, "shutdown")
        else:
            await socket.wait_closed()

    tokens = iter(["first", "second"])
    async with serving(script) as url:
        seen = await collect(url, lambda one: one == Published("post:1", b"2"), tokens=lambda: next(tokens))
    assert [command["connect"]["token"] for command in commands] == ["first", "second"]
    assert Closed(3001, "shutdown") in seen
    assert seen.index(Published("post:1", b"1")) < seen.index(Closed(3001, "shutdown"))


async def test_who_stops_listening_leaves_in_good_order() -> None:
    codes: list[int | None] = []

    async def script(socket: ServerConnection) -> None:
        await welcome(socket)
        await socket.wait_closed()
        codes.append(socket.close_code)

    async with serving(script) as url:
        await collect(url, lambda one: isinstance(one, Connected))
    assert codes == [1000]


@pytest.mark.parametrize(("code", "final"), [(3000, False), (3500, True), (3999, True), (4000, False), (4500, True)])
async def test_the_close_code_says_whether_to_come_back(code: int, final: bool) -> None:
    async def script(socket: ServerConnection) -> None:
        await welcome(socket)
        await socket.close(code, "why")

    async with serving(script) as url:
        seen = await collect(url, lambda one: isinstance(one, Closed))
    assert seen[-1] == Closed(code, "why", final)


async def test_a_refused_connect_is_final() -> None:
    async def script(socket: ServerConnection) -> None:
        command = json.loads(await socket.recv())
        await socket.send(json.dumps({"id": command["id"], "error": {"code": 101, "message": "unauthorized"}}))
        await socket.wait_closed()

    async with serving(script) as url:
        seen = await collect(url, lambda one: False)
    assert seen == [Denied("", 101, "unauthorized"), Closed(101, "unauthorized", final=True)]


async def test_an_expired_token_is_replaced() -> None:
    async def script(socket: ServerConnection) -> None:
        command = json.loads(await socket.recv())
        if command["connect"]["token"] == "old":
            await socket.send(json.dumps({"id": command["id"], "error": {"code": 109, "message": "token expired"}}))
        else:
            await socket.send(json.dumps({"id": command["id"], "connect": {"client": "c"}}))
        await socket.wait_closed()

    tokens = iter(["old", "new"])
    async with serving(script) as url:
        seen = await collect(url, lambda one: isinstance(one, Connected), tokens=lambda: next(tokens))
    assert seen[-1] == Connected("c")


async def test_a_token_is_refreshed_before_its_end_while_messages_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "REFRESH_EARLY", 100.0)
    heard: list[dict[str, Any]] = []

    async def script(socket: ServerConnection) -> None:
        await welcome(socket, expires=True, ttl=2, pong=False)
        async for message in socket:
            heard.extend(json.loads(line) for line in str(message).splitlines())
            if "refresh" in heard[-1]:
                await socket.send(json.dumps({"push": {"channel": "post:1", "pub": {"data": 1}}}))
            else:
                await socket.send("{}")

    async with serving(script) as url:
        await collect(url, lambda one: isinstance(one, Published))
    assert heard[-1]["refresh"] == {"token": "t"}


async def test_a_server_that_stops_pinging_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "PING_DELAY", -0.9)

    async def script(socket: ServerConnection) -> None:
        await welcome(socket, ping=1)
        await socket.wait_closed()

    async with serving(script) as url:
        seen = await collect(url, lambda one: isinstance(one, Closed))
    assert seen[-1] == Closed(connection_module.NO_PING, "the server has not pinged in time")


async def test_something_else_than_the_protocol_is_final() -> None:
    async def script(socket: ServerConnection) -> None:
        await socket.send("<html>")
        await socket.wait_closed()

    async with serving(script) as url:
        seen = await collect(url, lambda one: False)
    assert isinstance(seen[-1], Closed)
    assert "not the protocol" in seen[-1].reason


@pytest.mark.parametrize("status", [HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_GATEWAY])
async def test_a_refused_upgrade_says_what_may_be_wrong(status: HTTPStatus) -> None:
    async def never(socket: ServerConnection) -> None:
        raise AssertionError("the upgrade was refused")

    def refuse(socket: ServerConnection, request: Request) -> Response:
        return socket.respond(status, "no")

    async with serving(never, process_request=refuse) as url:
        with pytest.raises(Refused, match=f"HTTP {status.value} instead of opening a WebSocket: ") as refused:
            await collect(url, lambda one: False)
    assert refused.value.status == status


async def test_nobody_at_the_address_is_told_and_tried_again() -> None:
    async with serving(lambda socket: socket.wait_closed()) as url:
        pass
    closes = 0

    def third(happening: Happening) -> bool:
        nonlocal closes
        closes += 1
        return closes == 3

    seen = await collect(url, third)
    assert all(isinstance(one, Closed) and not one.final and "cannot reach" in one.reason for one in seen)
