"""A token, a key and a secret through every door: not one of them in any log line, masked or not."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from fanwire.auth.tokens import make_connection_token, make_subscription_token
from fanwire.clock import SystemClock
from fanwire.testing.process import FanwireProcess
from tests.processes import write_config

from .conftest import API_KEY, SECRET, Running

CLOCK = SystemClock()


def tokens() -> dict[str, str]:
    good = make_connection_token("canary", secret=SECRET, clock=CLOCK)
    return {
        "good": good,
        "forged": make_connection_token("canary", secret="another secret of somebody", clock=CLOCK),
        "expired": make_connection_token("canary", secret=SECRET, clock=CLOCK, ttl=-5),
        "broken": good[:-3] + "xyz",
        "channel": make_subscription_token("canary", "creator:anna", secret=SECRET, clock=CLOCK),
        "garbage": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.canary-garbage",
    }


async def say(base: str, *commands: dict[str, Any], query: str = "") -> None:
    """Send commands on a fresh socket and read what comes back, whatever it is."""
    url = f"{base.replace('http', 'ws')}/connection/websocket{query}"
    try:
        async with connect(url) as client, asyncio.timeout(0.5):
            for command in commands:
                await client.send(json.dumps(command))
                await client.recv()
    except (ConnectionClosed, InvalidStatus, TimeoutError):
        return


async def over_sockets(url: str, token: str) -> None:
    hello = {"id": 1, "connect": {"token": token}}
    await say(url, hello, query=f"?token={token}")
    await say(url, hello, {"id": 2, "refresh": {"token": token}})
    await say(url, hello, {"id": 2, "subscribe": {"channel": "creator:anna", "token": token}})
    await say(url, hello, {"id": 2, "subscribe": {"channel": f"creator:{token}"}})
    await say(url, {"id": 1, "connect": {"token": [token]}})
    await say(url, {"id": 1, "subscribe": {"channel": "x", "token": token}})


async def over_http(http: httpx2.AsyncClient, token: str) -> None:
    for headers in ({"Authorization": f"Bearer {token}"}, {"X-API-Key": token}, {"Idempotency-Key": token}):
        for path in (
            "/api/publish",
            "/events/send_notification",
            f"/events/send_notification?token={token}",
            "/readyz",
        ):
            await http.post(path, json={"channel": 1, "token": token}, headers=headers)
    await http.get(f"/connection/websocket?cf_connect={token}")
    await http.post(f"/api/info?api_key={token}", headers={"X-API-Key": ""})
    body = {"userId": "anna", "notification": {"type": token, "title": token}, "token": token}
    await http.post("/events/send_notification", json=body)


async def test_no_log_line_holds_a_secret(gateway: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    every = tokens()
    with capture_logs() as lines:
        for token in every.values():
            await over_sockets(gateway.url, token)
            await over_http(gateway.http, token)
        # An API key in a query is a way of the server API; a server must not write it down.
        assert (await gateway.http.post(f"/api/info?api_key={API_KEY}", headers={"X-API-Key": ""})).status_code == 200
    logged = "\n".join([*map(repr, lines), *(record.getMessage() for record in caplog.records if _of_server(record))])
    assert logged, "the refusals of these doors are logged"
    for name, secret in {**every, "key": API_KEY, "secret": SECRET}.items():
        assert secret not in logged, name


def _of_server(record: logging.LogRecord) -> bool:
    # The clients of this test log their own requests; uvicorn's access log is off in every command of ours, and is
    # heard here only because pytest listens to each logger (the process below proves it).
    return not record.name.startswith(("httpx2", "websockets.client", "uvicorn.access"))


async def test_a_server_process_writes_none_either(sqlite_url: str, tmp_path: Path) -> None:
    config = write_config(tmp_path / "fanwire.json", sqlite_url, client={"token": {"hmac_secret_key": SECRET}})
    process = FanwireProcess("serve", "--config", str(config), log=tmp_path / "log", env={"FANWIRE_API_KEY": API_KEY})
    await process.started()
    every = tokens()
    async with httpx2.AsyncClient(base_url=process.url, headers={"X-API-Key": API_KEY}) as http:
        for token in every.values():
            await over_sockets(process.url, token)
            await over_http(http, token)
        await http.post(f"/api/info?api_key={API_KEY}", headers={"X-API-Key": ""})
    assert process.stop() == 0
    logged = process.output()
    assert '"event": "closed"' in logged
    for name, secret in {**every, "key": API_KEY, "secret": SECRET, "part of a token": "canary-garbage"}.items():
        assert secret not in logged, name
