"""A real ``fanwire dev`` for tests: gateway, relay and platform in one process, with nothing to configure."""

from __future__ import annotations

from pathlib import Path

import httpx2

from fanwire.testing.client import FanwireClient
from fanwire.testing.process import API_KEY, FanwireProcess


class DevelopmentServer:
    """Runs while its block does. ``url`` and ``ws`` are its addresses, ``api_key`` opens /events and the server API.

    Point the code under test at it with ``fanwire.configure(url=server.url, api_key=server.api_key)``.
    """

    api_key = API_KEY

    def __init__(self, folder: Path) -> None:
        """``folder`` keeps its database, secrets and log."""
        self._process = FanwireProcess("dev", "--data-dir", str(folder / "data"), log=folder / "dev.log")
        self.url = self._process.url
        self.ws = self._process.ws

    def __enter__(self) -> DevelopmentServer:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()

    def token(self, user: str) -> str:
        """A bearer token for the platform API."""
        return self._tokens(user)["token"]

    def connection_token(self, user: str) -> str:
        """A token for the socket's connect command."""
        return self._tokens(user)["connectionToken"]

    def connect(self, user: str, *channels: str) -> FanwireClient:
        """``user``, connected and subscribed to ``channels``; the caller closes it.

        Raises:
            AssertionError: the server refuses.
        """
        return FanwireClient(self.ws, self.connection_token(user), channels)

    def output(self) -> str:
        """Its log so far."""
        return self._process.output()

    def _tokens(self, user: str) -> dict[str, str]:
        answer = httpx2.post(f"{self.url}/api/dev/token", json={"userId": user})
        answer.raise_for_status()
        tokens: dict[str, str] = answer.json()
        return tokens
