"""Calls of a running server by commands, with failures in words."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec

from fanwire.cli.target import Target
from fanwire.cli.words import ERRORS, explained
from fanwire.errors import FanwireError

TIMEOUT = 10.0


class CallFailed(FanwireError):
    """The server could not be reached, or did not do what was asked."""


def call(server: Target, method: str, command: dict[str, Any]) -> dict[str, Any]:
    """The result of one method of the server API.

    Raises: CallFailed, ConfigurationError (no API key).
    """
    response = post(server, f"/api/{method}", command)
    if response.status_code != httpx2.codes.OK:
        raise CallFailed(refusal(response))
    answer: dict[str, Any] = msgspec.json.decode(response.content)
    if "error" in answer:
        raise CallFailed(explained(answer["error"]["code"], answer["error"]["message"], ERRORS))
    result: dict[str, Any] = answer["result"]
    return result


def post(server: Target, path: str, body: dict[str, Any]) -> httpx2.Response:
    """One POST with the API key. Raises: CallFailed when nobody answers."""
    return send(server, path, msgspec.json.encode(body), {"X-API-Key": server.key()})


def send(server: Target, path: str, body: bytes, headers: dict[str, str]) -> httpx2.Response:
    """One POST of JSON. Raises: CallFailed when nobody answers."""
    try:
        return httpx2.post(
            server.url + path, content=body, headers={"Content-Type": "application/json", **headers}, timeout=TIMEOUT
        )
    except httpx2.HTTPError as error:
        raise CallFailed(f"cannot reach {server.url}: {error or type(error).__name__}; is the server up?") from None


def refusal(response: httpx2.Response) -> str:
    """An HTTP error in words."""
    if response.status_code == httpx2.codes.UNAUTHORIZED:
        return f"{response.url.host} does not accept this API key; is it the server's http_api.key (FANWIRE_API_KEY)?"
    try:
        detail = msgspec.json.decode(response.content).get("detail", "")
    except (msgspec.MsgspecError, AttributeError):
        detail = ""
    return f"HTTP {response.status_code} {response.reason_phrase}" + (f": {detail}" if detail else "")
