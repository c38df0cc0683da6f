"""The whole way of an event: event function, outbox, relay, inbox, broker, socket."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import httpx2
import msgspec

from fanwire.cli.checkup.finding import Finding, ill, well
from fanwire.cli.checkup.socket import USER
from fanwire.cli.http import CallFailed, post, refusal
from fanwire.cli.target import Target
from fanwire.cli.tokens import connection_token
from fanwire.client import Conversation, Refused, events
from fanwire.client.happenings import Closed, Denied, Happening, Published, Subscribed
from fanwire.errors import ConfigurationError, FanwireError

NAME = "round trip"
CHANNEL = f"notifications:{USER}"
TIMEOUT = 10.0
_CHANGE = "is a relay running on the same database, and do gateway and relay share one broker?"


class _Lost(FanwireError):
    """The event did not come."""


async def round_trip(server: Target) -> Finding:
    """Send a notification to a user of our own, and see it come out of that user's socket."""
    happenings = events(server.socket_url, Conversation([]), lambda: connection_token(server, USER))
    mark = uuid.uuid4().hex
    try:
        async with aclosing(happenings), asyncio.timeout(TIMEOUT):
            await _until(happenings, lambda one: isinstance(one, Subscribed) and one.channel == CHANNEL)
            began = time.perf_counter()
            await asyncio.to_thread(_send, server, mark)
            await _until(happenings, lambda one: _is_ours(one, mark))
            taken = time.perf_counter() - began
    except TimeoutError:
        return ill(NAME, f"the event did not reach the socket within {TIMEOUT:g} s", _CHANGE)
    except (Refused, CallFailed, ConfigurationError, _Lost) as error:
        return ill(NAME, str(error), "see the lines above")
    finally:
        await asyncio.to_thread(_tidy_up, server)
    return well(NAME, f"from event function to socket in {taken * 1000:.0f} ms")


def _send(server: Target, mark: str) -> None:
    notification = {"type": "DOCTOR", "title": "Round trip", "metadata": {"mark": mark}}
    response = post(server, "/events/send_notification", {"userId": USER, "notification": notification})
    if response.status_code != httpx2.codes.ACCEPTED:
        raise CallFailed(refusal(response))


def _tidy_up(server: Target) -> None:
    try:
        post(server, "/events/clear_notifications", {"userId": USER})
    except FanwireError:
        return  # what could not be sent is told already


async def _until(happenings: AsyncGenerator[Happening, None], wanted: Any) -> None:
    async for happening in happenings:
        if wanted(happening):
            return
        if isinstance(happening, Denied | Closed):
            raise _Lost(f"the socket said {happening.code} {getattr(happening, 'reason', '')}".strip())
    raise _Lost("the socket was closed")


def _is_ours(happening: Happening, mark: str) -> bool:
    if not isinstance(happening, Published):
        return False
    data = msgspec.json.decode(happening.data)
    return bool(data.get("type") == "notification" and data["notification"]["metadata"].get("mark") == mark)
