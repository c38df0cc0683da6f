"""Events over HTTP: ``POST {url}/events/{function}`` of a Fanwire server, which stores the row and answers 202.

A caller that dies between its own commit and this call has told nobody: promise P1 is for ``session=``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import cached_property
from weakref import WeakKeyDictionary

import httpx2

from fanwire.errors import ConfigurationError, DeliveryFailed
from fanwire.events.receipt import Status
from fanwire.events.target import Failures
from fanwire.outbox.writer import Entry

# Seconds. A server that is down must not delay the caller's own answer (promise P4).
_TIMEOUT = httpx2.Timeout(2.0, connect=0.5, pool=5.0)
# Waited after a failed try. Only for connections that never came about: anything later may have been stored already.
_PAUSES = (0.05, 0.2)
_NOT_CONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout)
# A connection that idles longer is closed by us: servers close theirs after 5 s, in the middle of a request perhaps.
_LIMITS = httpx2.Limits(max_connections=20, max_keepalive_connections=20, keepalive_expiry=2.0)
_ACCEPTED = 202
_LONGEST_ANSWER = 300


class HttpTarget:
    """A Fanwire server. ``Idempotency-Key`` is the event id, so that a repeat stores nothing twice."""

    status = Status.SENT

    def __init__(self, url: str, api_key: str) -> None:
        """``url`` is the server's base, like ``http://fanwire:8000``. Raises ``ConfigurationError`` for another."""
        if not url.startswith(("http://", "https://")):
            raise ConfigurationError(f"FANWIRE_URL is {url!r}; write it like http://fanwire:8000")
        self._base = url.rstrip("/")
        self._headers = {"X-API-Key": api_key} if api_key else {}
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncClient] = WeakKeyDictionary()

    async def deliver(self, entries: Sequence[Entry]) -> Failures:
        """Send them side by side; each succeeds or fails by itself."""
        results = await asyncio.gather(*(self._send(entry) for entry in entries), return_exceptions=True)
        return {
            entry.event_id: result
            for entry, result in zip(entries, results, strict=True)
            if isinstance(result, Exception)
        }

    def deliver_now(self, entries: Sequence[Entry]) -> Failures:
        """Send them one after the other."""
        failures: Failures = {}
        for entry in entries:
            try:
                self._send_now(entry)
            except (httpx2.HTTPError, DeliveryFailed) as error:
                failures[entry.event_id] = error
        return failures

    async def close(self) -> None:
        """Close the connections of this loop and those of the sync functions."""
        client = self._by_loop.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()
        self._sync.close()

    @cached_property
    def _sync(self) -> httpx2.Client:
        return httpx2.Client(timeout=_TIMEOUT, limits=_LIMITS, headers=self._headers)

    def _client(self) -> httpx2.AsyncClient:
        loop = asyncio.get_running_loop()
        client = self._by_loop.get(loop)
        if client is None:
            client = self._by_loop[loop] = httpx2.AsyncClient(timeout=_TIMEOUT, limits=_LIMITS, headers=self._headers)
        return client

    async def _send(self, entry: Entry) -> None:
        client = self._client()
        request = self._request(client, entry)
        for pause in _PAUSES:
            try:
                return _check(await client.send(request))
            except _NOT_CONNECTED:
                await asyncio.sleep(pause)
        return _check(await client.send(request))

    def _send_now(self, entry: Entry) -> None:
        request = self._request(self._sync, entry)
        for pause in _PAUSES:
            try:
                return _check(self._sync.send(request))
            except _NOT_CONNECTED:
                time.sleep(pause)
        return _check(self._sync.send(request))

    def _request(self, client: httpx2.Client | httpx2.AsyncClient, entry: Entry) -> httpx2.Request:
        url = f"{self._base}/events/{entry.event.function}"
        return client.build_request(
            "POST", url, json=entry.event.to_json(), headers={"Idempotency-Key": entry.event_id}
        )


def _check(answer: httpx2.Response) -> None:
    if answer.status_code != _ACCEPTED:
        raise DeliveryFailed(f"{answer.url.path} answered {answer.status_code}: {answer.text[:_LONGEST_ANSWER]}")
