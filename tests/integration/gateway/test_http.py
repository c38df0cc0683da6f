"""The HTTP side of a whole gateway: events in, readiness and metrics out, and every wrong door."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection

from fanwire.clock import SystemClock
from fanwire.errors import DatabaseLocked
from fanwire.gateway.backlog import BacklogWatch
from fanwire.gateway.runtime import start_runtime
from fanwire.outbox.backlog import Backlog
from fanwire.store import migrate

from .conftest import Running, running, settings_for

NOTE = {"userId": "anna", "notification": {"type": "ANNOUNCEMENT", "title": "Hello"}}


async def notifications(client: ClientConnection, count: int) -> list[Any]:
    """The next ``count`` notifications that reach the socket."""
    found: list[Any] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            for line in str(await client.recv()).splitlines():
                publication = json.loads(line).get("push", {}).get("pub", {})
                if publication.get("data", {}).get("type") == "notification":
                    found.append(publication)
    return found


async def notification(client: ClientConnection) -> Any:
    (only,) = await notifications(client, 1)
    return only


async def unread(gateway: Running, user: str) -> int:
    return await gateway.runtime.inbox.unread_count(user)


async def test_an_event_over_http_reaches_the_socket_and_the_inbox(gateway: Running) -> None:
    client = await gateway.open("anna")
    answer = await gateway.http.post("/events/send_notification", json=NOTE)
    assert answer.status_code == 202
    publication = await notification(client)
    assert publication["tags"] == {"eventId": answer.json()["id"]}
    assert publication["data"]["unreadCount"] == await unread(gateway, "anna") == 1
    await client.close()


async def test_a_retry_stores_nothing_twice_however_late_it_comes(gateway: Running) -> None:
    client = await gateway.open("anna")
    headers = {"Idempotency-Key": "tip-7"}
    first = await gateway.http.post("/events/send_notification", json=NOTE, headers=headers)
    await notification(client)  # applied and published: the outbox has forgotten the row
    again = await gateway.http.post("/events/send_notification", json=NOTE, headers=headers)
    assert first.json() == again.json()
    other = await gateway.http.post("/events/send_notification", json=NOTE)
    assert (await notification(client))["tags"] == {"eventId": other.json()["id"]}
    assert await unread(gateway, "anna") == 2
    await client.close()


async def test_many_at_once_arrive_once_each(gateway: Running) -> None:
    client = await gateway.open("anna")
    answers = await asyncio.gather(*(gateway.http.post("/events/send_notification", json=NOTE) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {202}
    arrived = [publication["tags"]["eventId"] for publication in await notifications(client, 50)]
    assert sorted(arrived) == sorted(answer.json()["id"] for answer in answers)
    assert await unread(gateway, "anna") == 50
    await client.close()


async def test_ones_own_act_is_skipped(gateway: Running) -> None:
    answer = await gateway.http.post("/events/send_notification", json={**NOTE, "actor": "anna"})
    assert (answer.status_code, answer.json()["status"]) == (202, "skipped")


BAD = [
    ("/events/send_notification", b"{", 400),
    ("/events/send_notification", b"{}", 422),
    ("/events/send_notification", b'{"userId": "a:b c", "notification": {"type": "X", "title": "t"}}', 422),
    ("/events/no_such_function", b"{}", 404),
    ("/events/", b"{}", 404),
    ("/api/publish", b"{", 400),
    ("/events/send_notification", b" " * 1_100_000, 413),
    ("/api/publish", b" " * 1_100_000, 413),
]


async def test_bad_input_is_a_problem_with_a_reason(gateway: Running) -> None:
    for path, body, status in BAD:
        answer = await gateway.http.post(path, content=body)
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


async def test_without_the_key_every_door_is_closed(gateway: Running) -> None:
    for path in ("/events/send_notification", "/events/none", "/api/publish", "/api/batch"):
        for key in ("", "wrong"):
            assert (await gateway.http.post(path, json={}, headers={"X-API-Key": key})).status_code == 401


async def test_what_is_not_ours_is_left_to_the_app_beside(gateway: Running) -> None:
    for path in ("/", "/api/posts", "/eventsource", "/metrics/x"):
        assert (await gateway.http.get(path)).status_code == 418


async def test_health_and_metrics_need_no_key(gateway: Running) -> None:
    nobody = {"X-API-Key": ""}
    assert (await gateway.http.get("/healthz", headers=nobody)).json() == {"status": "ok"}
    ready = await gateway.http.get("/readyz", headers=nobody)
    assert ready.status_code == 200
    assert set(ready.json()["checks"]) == {"configuration", "database", "broker", "relay", "backlog", "access"}
    client = await gateway.open("anna")
    lines = (await gateway.http.get("/metrics", headers=nobody)).text.splitlines()
    assert "fanwire_connections 1.0" in lines
    assert "fanwire_websocket_open 1.0" in lines
    assert "fanwire_relay_holding 1.0" in lines
    await client.close()


async def test_not_ready_says_which_part(gateway: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async with gateway.runtime.database.write.begin() as connection:
        await connection.execute(text("ALTER TABLE fanwire_relay_lease RENAME TO away"))
    gateway.runtime.backlog.latest = Backlog(pending=3, oldest_age=99.0, frames=0, dead=0)
    monkeypatch.setattr(BacklogWatch, "look", lambda self: asyncio.sleep(0))
    try:
        answer = await gateway.http.get("/readyz")
    finally:
        async with gateway.runtime.database.write.begin() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO fanwire_relay_lease"))
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["database"] != "ok"
    assert "fanwire_relay_lease" not in answer.text
    assert checks["backlog"].startswith("the oldest of 3 events waits for 99 s")
    assert checks["broker"] == "ok"


async def test_draining_is_not_ready(gateway: Running) -> None:
    gateway.gateway.draining()
    answer = await gateway.http.get("/readyz")
    assert answer.status_code == 503
    assert "draining" in answer.json()["checks"]["server"]
    assert (await gateway.http.get("/healthz")).status_code == 200


async def test_an_event_is_503_while_the_database_refuses(gateway: Running) -> None:
    async with gateway.runtime.database.write.begin() as connection:
        await connection.execute(text("ALTER TABLE fanwire_outbox RENAME TO away"))
    try:
        answer = await gateway.http.post("/events/send_notification", json=NOTE)
    finally:
        async with gateway.runtime.database.write.begin() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO fanwire_outbox"))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "fanwire_outbox" not in answer.text


async def test_a_second_gateway_with_memory_is_unready_and_says_why(pg_url: str) -> None:
    await migrate.upgrade_async(pg_url)
    async with running(settings_for(pg_url)) as first, running(settings_for(pg_url)) as second:
        answer = await second.http.get("/readyz")
        assert answer.status_code == 503
        assert "memory:// carries its events to its own sockets only" in answer.json()["checks"]["relay"]
        assert (await first.http.get("/readyz")).status_code == 200


async def test_a_second_gateway_on_a_sqlite_file_does_not_start(sqlite_url: str) -> None:
    async with running(settings_for(sqlite_url)), AsyncExitStack() as stack:
        with pytest.raises(DatabaseLocked, match="A SQLite file serves one Fanwire process"):
            await start_runtime(settings_for(sqlite_url), SystemClock(), stack)


async def test_explain_names_the_rule_and_the_setting(gateway: Running) -> None:
    body = {"user": "boris", "channel": "post:1"}
    answer = (await gateway.http.post("/api/explain", json=body)).json()["result"]
    assert answer["allowed"] is False
    assert "directory.post" in answer["hint"]
    body["channel"] = "creator:anna"
    assert (await gateway.http.post("/api/explain", json=body)).json() == {"result": {"allowed": True}}
