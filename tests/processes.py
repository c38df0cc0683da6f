"""Fanwire as real processes: what the tests of clients, faults and pages start, kill and restart."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2

COMMAND = Path(sys.executable).with_name("fanwire")
START_LIMIT = 40.0
STOP_LIMIT = 35.0
API_KEY = "test-api-key"
TOKEN_SECRET = "test-token-secret-that-is-long-enough-for-hs256"


def free_port() -> int:
    """A port nobody listens on, below the ephemeral range (a retry loop there can connect to itself)."""
    for port in random.sample(range(20_000, 32_000), 200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port between 20000 and 32000")


class FanwireProcess:
    """One `fanwire` command on a port of its own, with its output in a file.

    ``start`` returns when /readyz answers 200; it fails with the output when the process ends or takes too long.
    """

    def __init__(self, *args: str, log: Path, port: int | None = None, env: dict[str, str] | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}/connection/websocket"
        self.log = log
        self._args = [str(COMMAND), *args, "--port", str(self.port)]
        quick = {"FANWIRE_API_KEY": API_KEY, "FANWIRE_SHUTDOWN__DRAIN_WINDOW": "200ms"}
        self._env = {**os.environ, **quick, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self, *, ready: str = "/readyz", env: dict[str, str] | None = None) -> FanwireProcess:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self._args, stdout=output, stderr=subprocess.STDOUT, env={**self._env, **(env or {})}
            )
        try:
            async with httpx2.AsyncClient() as http:
                await self._until_ready(http, self.url + ready)
        except BaseException:
            self.kill()
            raise
        return self

    async def _until_ready(self, http: httpx2.AsyncClient, url: str) -> None:
        deadline = asyncio.get_running_loop().time() + START_LIMIT
        while asyncio.get_running_loop().time() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"{self._args} ended with {self.process.returncode}:\n{self.output()}")
            try:
                if (await http.get(url, timeout=2)).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.05)  # a poll with a limit: another process gives us no event to wait for
        raise AssertionError(f"{url} was not ready in {START_LIMIT} s:\n{self.output()}")

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_LIMIT)

    def stop(self) -> int:
        """SIGTERM; the exit code. Fails when it does not end in time."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_LIMIT)

    async def died(self) -> int:
        """Wait for it to end by itself (a crash point); the exit code."""
        assert self.process is not None
        return await asyncio.to_thread(self.process.wait, START_LIMIT)


class Api:
    """The platform API as one of its users, or (without a user) the server API with the key."""

    def __init__(self, url: str) -> None:
        self.http = httpx2.AsyncClient(base_url=url, timeout=10)
        self._tokens: dict[str, dict[str, str]] = {}

    async def tokens(self, user: str) -> dict[str, str]:
        if user not in self._tokens:
            answer = await self.http.post("/api/dev/token", json={"userId": user})
            answer.raise_for_status()
            self._tokens[user] = answer.json()
        return self._tokens[user]

    async def call(self, user: str, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        token = (await self.tokens(user))["token"]
        headers = {"Authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return await self.http.request(method, path, json=body, headers=headers)

    async def ok(self, user: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self.call(user, method, path, body, **headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def server(self, method: str, body: Any) -> Any:
        """One call of the Centrifugo-compatible server API; its result."""
        answer = await self.http.post(f"/api/{method}", json=body, headers={"X-API-Key": API_KEY})
        answer.raise_for_status()
        return answer.json()["result"]

    async def event(self, function: str, body: Any, **headers: str) -> httpx2.Response:
        return await self.http.post(f"/events/{function}", json=body, headers={"X-API-Key": API_KEY, **headers})

    async def close(self) -> None:
        await self.http.aclose()


def write_config(path: Path, database_url: str, **more: Any) -> Path:
    """A config file for `serve` and `api` on one database."""
    config: dict[str, Any] = {
        "client": {"token": {"hmac_secret_key": TOKEN_SECRET}},
        "http_api": {"key": API_KEY},
        "database": {"url": database_url},
        "shutdown": {"drain_window": "200ms"},
        **more,
    }
    path.write_text(json.dumps(config))
    return path
