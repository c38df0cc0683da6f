"""Promise P4: without ``session=`` nothing raises unless asked to, and nothing is silent."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from sqlalchemy import event

import fanwire
from fanwire.errors import DeliveryFailed, InvalidEvent, NotConfigured
from fanwire.events.config import problems
from fanwire.events.notifications import send_notification, send_notifications
from fanwire.events.receipt import Status, tally
from fanwire.events.sync import notifications as sync
from fanwire.store import tables
from fanwire.store.database import Database
from fanwire.testing.process import free_port

NOTE = {"type": "NEW_MESSAGE", "title": "Привет"}


async def count(database: Database) -> int:
    async with database.read.connect() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(tables.outbox))).scalar_one())


async def test_unconfigured_is_a_no_op_that_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "fanwire"):
        assert [(await send_notification("boris", NOTE)).status for _ in range(3)] == [Status.UNCONFIGURED] * 3
    assert len([r for r in caplog.records if "fanwire.configure" in r.getMessage()]) == 1
    assert tally[Status.UNCONFIGURED] == 3
    with pytest.raises(NotConfigured):
        await send_notification("boris", NOTE, strict=True)


async def test_unconfigured_is_a_problem_in_production() -> None:
    fanwire.configure()
    assert problems() == []
    fanwire.configure(environment="production")
    assert "nowhere to send" in problems()[0]


async def test_a_bad_payload_is_logged_and_answered_with_failed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "fanwire"):
        assert (await send_notification("boris", {"type": "NEW_MESSAGE"})).status is Status.FAILED
    assert "title" in caplog.text
    with pytest.raises(InvalidEvent, match="title"):
        await send_notification("boris", {"type": "NEW_MESSAGE"}, strict=True)


async def test_ten_thousand_gathered_calls_share_transactions(database: Database) -> None:
    fanwire.configure(database=database)
    commits: list[object] = []
    event.listen(database.write.sync_engine, "commit", commits.append)
    receipts = await asyncio.gather(*(send_notification(f"u{n}", NOTE) for n in range(10_000)))
    assert {receipt.status for receipt in receipts} == {Status.STORED}
    assert await count(database) == 10_000
    assert len(commits) <= 50


async def test_many_users_with_one_call(database: Database) -> None:
    fanwire.configure(database=database)
    receipts = await send_notifications((f"u{n}" for n in range(500)), NOTE)
    assert len({receipt.id for receipt in receipts}) == 500
    assert await count(database) == 500


async def test_a_database_that_is_away_fails_no_api() -> None:
    fanwire.configure(database_url=f"postgresql://postgres@127.0.0.1:{free_port()}/nothing")
    assert (await send_notification("boris", NOTE)).status is Status.FAILED
    with pytest.raises(DeliveryFailed):
        await send_notification("boris", NOTE, strict=True)


@dataclass
class Server:
    """A small HTTP server that remembers requests and answers with ``status``."""

    url: str = ""
    status: int = 202
    requests: list[tuple[str, dict[str, str], object]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
        body = json.loads(await reader.readexactly(int(headers.get("content-length", "0"))))
        self.requests.append((head[0].split()[1], headers, body))
        answer = b'{"id":"x","status":"stored"}'
        writer.write(f"HTTP/1.1 {self.status} -\r\nconnection: close\r\ncontent-length: {len(answer)}\r\n\r\n".encode())
        writer.write(answer)
        await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    one = Server()
    listening = await asyncio.start_server(one.answer, "127.0.0.1", free_port())
    one.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield one
    listening.close()
    await listening.wait_closed()


async def test_over_http_with_key_and_event_id(server: Server) -> None:
    fanwire.configure(url=server.url, api_key="k")
    receipt = await send_notification("boris", {**NOTE, "secret": 1})
    assert receipt.status is Status.SENT
    twin = await asyncio.to_thread(sync.send_notification, "clara", NOTE)
    assert twin.status is Status.SENT
    path, headers, body = server.requests[0]
    assert path == "/events/send_notification"
    assert (headers["x-api-key"], headers["idempotency-key"]) == ("k", receipt.id)
    assert body == {"userId": "boris", "notification": {**NOTE, "message": "", "metadata": {}}}


async def test_a_refusal_is_not_repeated(server: Server) -> None:
    server.status = 401
    fanwire.configure(url=server.url, api_key="wrong")
    assert (await send_notification("boris", NOTE)).status is Status.FAILED
    assert len(server.requests) == 1
    with pytest.raises(DeliveryFailed, match="401"):
        await send_notification("boris", NOTE, strict=True)


async def test_a_server_that_is_away_fails_no_api() -> None:
    fanwire.configure(url=f"http://127.0.0.1:{free_port()}", api_key="k")
    assert (await send_notification("boris", NOTE)).status is Status.FAILED
