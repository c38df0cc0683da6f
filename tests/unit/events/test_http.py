"""Events over HTTP: what is tried again, and what is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from fanwire.errors import DeliveryFailed
from fanwire.events import http
from fanwire.events.http import HttpTarget
from fanwire.outbox.writer import Entry
from fanwire.payloads import ClearNotifications

EVENT = ClearNotifications(user_id="boris")
Answer = Callable[[httpx2.Request], httpx2.Response]


class Wire:
    """A transport that answers by a script and remembers the requests."""

    def __init__(self, *script: int | Exception) -> None:
        self.script = list(script)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return httpx2.Response(step, text='{"detail": "because"}', request=request)


@pytest.fixture
async def target(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[[Wire], HttpTarget]]:
    monkeypatch.setattr(http, "_PAUSES", (0.0, 0.0))
    made: list[HttpTarget] = []

    def make(wire: Wire) -> HttpTarget:
        transport = httpx2.MockTransport(wire)
        one = HttpTarget("http://fanwire:8000/", "key")
        monkeypatch.setattr(one, "_client", lambda: httpx2.AsyncClient(transport=transport, headers=one._headers))
        one.__dict__["_sync"] = httpx2.Client(transport=transport, headers=one._headers)
        made.append(one)
        return one

    yield make
    for one in made:
        await one.close()


Make = Callable[[Wire], HttpTarget]


async def test_a_refused_connection_is_tried_again_under_the_same_id(target: Make) -> None:
    wire = Wire(httpx2.ConnectError("refused"), httpx2.ConnectTimeout("slow"), 202)
    assert await target(wire).deliver([Entry("e1", EVENT)]) == {}
    assert [request.headers["idempotency-key"] for request in wire.requests] == ["e1"] * 3
    assert str(wire.requests[0].url) == "http://fanwire:8000/events/clear_notifications"


async def test_three_tries_and_no_more(target: Make) -> None:
    wire = Wire(*(httpx2.ConnectError("refused") for _ in range(3)))
    failures = await target(wire).deliver([Entry("e1", EVENT)])
    assert isinstance(failures["e1"], httpx2.ConnectError)
    assert len(wire.requests) == 3


@pytest.mark.parametrize("step", [httpx2.ReadTimeout("late"), httpx2.RemoteProtocolError("cut"), 503, 401, 200])
async def test_what_may_have_been_stored_is_not_sent_again(target: Make, step: int | Exception) -> None:
    wire = Wire(step)
    assert list(await target(wire).deliver([Entry("e1", EVENT)])) == ["e1"]
    assert len(wire.requests) == 1


async def test_each_event_succeeds_or_fails_by_itself(target: Make) -> None:
    wire = Wire(202, 422, 202)
    failures = await target(wire).deliver([Entry(f"e{n}", EVENT) for n in range(3)])
    assert list(failures) == ["e1"]
    assert isinstance(failures["e1"], DeliveryFailed)
    assert "422" in str(failures["e1"]) and "because" in str(failures["e1"])


async def test_the_sync_twin_does_the_same(target: Make) -> None:
    wire = Wire(httpx2.ConnectError("refused"), 202, 503)
    failures = target(wire).deliver_now([Entry("e1", EVENT), Entry("e2", EVENT)])
    assert list(failures) == ["e2"]
