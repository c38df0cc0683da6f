"""What the tests of clients, faults and pages say to real processes, and how those are configured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2

from fanwire.testing.process import API_KEY

TOKEN_SECRET = "test-token-secret-that-is-long-enough-for-hs256"


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
