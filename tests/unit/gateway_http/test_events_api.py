"""Events over HTTP, with a list for a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from pydantic import SecretStr

from fanwire.gateway.api_key import ApiKey
from fanwire.gateway.event_reading import named
from fanwire.gateway.events_api import EventsApi, EventStorageFailed
from fanwire.outbox.writer import Entry
from fanwire.payloads import EVENTS, Event
from fanwire.settings import HttpApiSettings

from .conftest import Response, ask

KEY = {"X-API-Key": "k"}
NOTE = {"userId": "anna", "notification": {"type": "LIKE_POST", "title": "A like"}}


class Site:
    """The API over a list of what was stored."""

    def __init__(self) -> None:
        self.stored: list[tuple[str, Event]] = []
        self.transactions = 0
        self.broken = False
        ids = count(1)
        settings = HttpApiSettings(key=SecretStr("k"))
        self.api = EventsApi(self._store, ApiKey(settings), 2000, lambda: f"id-{next(ids)}", 4)

    async def _store(self, entries: Sequence[Entry]) -> list[str]:
        if self.broken:
            raise EventStorageFailed("postgres at 10.0.0.1 is away")
        self.transactions += 1
        self.stored.extend(entries)
        return ["stored" for _ in entries]

    async def send(self, function: str, body: Any, headers: dict[str, str] | None = None, **more: Any) -> Response:
        path = f"/events/{function}" if function else "/events"
        response = await ask(self.api, path, body, headers=KEY if headers is None else headers, **more)
        assert response is not None
        return response


@pytest.fixture
def site() -> Site:
    return Site()


async def test_an_event_is_accepted_when_it_is_stored(site: Site) -> None:
    response = await site.send("send_notification", NOTE)
    assert (response.status, response.json()) == (202, {"id": "id-1", "status": "stored"})
    ((event_id, event),) = site.stored
    assert event_id == "id-1"
    assert event.to_json() == {
        "userId": "anna",
        "notification": {"type": "LIKE_POST", "title": "A like", "message": "", "metadata": {}},
    }
    assert site.api.accepted == 1


async def test_unknown_fields_are_ignored(site: Site) -> None:
    assert (await site.send("send_notification", {**NOTE, "passwordHash": "x"})).status == 202
    assert "passwordHash" not in str(site.stored)


async def test_a_repeat_with_the_same_key_is_the_same_event(site: Site) -> None:
    headers = {**KEY, "Idempotency-Key": "tip-1"}
    first = await site.send("send_notification", NOTE, headers)
    again = await site.send("send_notification", NOTE, headers)
    assert first.json() == again.json()
    assert [event_id for event_id, _ in site.stored] == [first.json()["id"]] * 2


def test_keys_name_events_per_function_and_a_uuid_names_itself() -> None:
    assert named("a", "k") == named("a", "k")
    assert named("a", "k") != named("b", "k")
    assert named("a", "0192F0C4-5A3E-7C11-9D2B-FA4E77100009") == "0192f0c4-5a3e-7c11-9d2b-fa4e77100009"


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": "no"}, {"Authorization": "Bearer k"}])
async def test_without_the_key_it_is_401(site: Site, headers: dict[str, str]) -> None:
    response = await site.send("send_notification", NOTE, headers)
    assert response.status == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert site.stored == []


async def test_an_unknown_function_is_404_and_names_the_nearest(site: Site) -> None:
    response = await site.send("send_notifications_", NOTE)
    assert response.status == 404
    assert "did you mean 'send_notification'" in response.json()["detail"]
    assert (await site.send("zzz", NOTE)).json()["detail"] == "no event function 'zzz'"


async def test_an_invalid_body_is_422_and_lists_every_field_without_its_value(site: Site) -> None:
    response = await site.send("send_notification", {"userId": "", "notification": {"type": "hush-hush"}})
    assert response.status == 422
    problem = response.json()
    assert {error["field"] for error in problem["errors"]} == {"userId", "notification.type", "notification.title"}
    assert "hush-hush" not in response.body.decode()
    assert site.api.refused == 1


@pytest.mark.parametrize("body", [[], "text", 5, None, True])
async def test_a_body_that_is_no_object_is_422(site: Site, body: object) -> None:
    assert (await site.send("send_notification", body)).status == 422


@pytest.mark.parametrize("body", [b"", b"{", b"{}x", b"\xff\xfe", b'{"a": "\\ud800"}', b"NaN"])
async def test_malformed_json_is_400(site: Site, body: bytes) -> None:
    response = await site.send("send_notification", body)
    assert response.status == 400
    assert "not JSON" in response.json()["detail"]


@pytest.mark.parametrize("place", ["title", "metadata"])
async def test_text_that_a_database_cannot_hold_is_400(site: Site, place: str) -> None:
    value: object = "a\0b" if place == "title" else {"k": ["a\0b"]}
    body = {"userId": "anna", "notification": {"type": "LIKE_POST", "title": "t", place: value}}
    assert (await site.send("send_notification", body)).status == 400
    escaped = {"userId": "anna", "notification": {"type": "LIKE_POST", "title": "the text \\u0000"}}
    assert (await site.send("send_notification", escaped)).status == 202


async def test_a_database_that_is_away_is_503_without_its_secrets(site: Site) -> None:
    site.broken = True
    response = await site.send("send_notification", NOTE)
    assert response.status == 503
    assert response.headers["retry-after"] == "1"
    assert "10.0.0.1" not in response.body.decode()


async def test_a_body_over_the_limit_is_413(site: Site) -> None:
    assert (await site.send("send_notification", chunks=[b" " * 1500] * 2, body=b"")).status == 413


async def test_a_key_that_is_too_long_is_400(site: Site) -> None:
    response = await site.send("send_notification", NOTE, {**KEY, "Idempotency-Key": "k" * 201})
    assert response.status == 400
    assert site.stored == []


async def test_only_post(site: Site) -> None:
    assert (await site.send("send_notification", b"", method="GET")).status == 405


async def test_a_client_that_hangs_up_stores_nothing(site: Site) -> None:
    assert await ask(site.api, "/events/send_notification", NOTE, headers=KEY, hang_up=True) is None
    assert site.stored == []


@pytest.mark.parametrize("function", EVENTS)
async def test_every_event_function_refuses_an_empty_object(site: Site, function: str) -> None:
    assert (await site.send(function, {})).status == 422


def said(number: int, **more: Any) -> dict[str, Any]:
    return {"function": "send_notification", "payload": {**NOTE, "userId": f"u{number}"}, **more}


async def test_a_batch_is_stored_in_one_transaction_and_in_its_order(site: Site) -> None:
    response = await site.send("", {"events": [said(1), said(2), said(3)]})
    assert response.status == 202
    assert response.json() == {"receipts": [{"id": f"id-{n}", "status": "stored"} for n in (1, 2, 3)]}
    assert [event.to_json()["userId"] for _, event in site.stored] == ["u1", "u2", "u3"]
    assert (site.transactions, site.api.accepted) == (1, 3)


async def test_the_bad_ones_of_a_batch_are_refused_alone(site: Site) -> None:
    bad = {"function": "send_notification", "payload": {"userId": "", "notification": {"type": "hush", "title": "t"}}}
    events = [{"function": "send_notifcation"}, bad, said(3), 5]
    response = await site.send("", {"events": events})
    unknown, invalid, good, shapeless = response.json()["receipts"]
    assert unknown["status"] == invalid["status"] == shapeless["status"] == "refused"
    assert (unknown["problem"]["status"], shapeless["problem"]["status"]) == (404, 400)
    assert "did you mean 'send_notification'" in unknown["problem"]["detail"]
    assert {error["field"] for error in invalid["problem"]["errors"]} == {"userId", "notification.type"}
    assert good == {"id": "id-1", "status": "stored"}
    assert "hush" not in response.body.decode()
    assert len(site.stored) == 1
    assert (site.api.accepted, site.api.refused) == (1, 3)


async def test_event_ids_of_a_batch_make_its_repeat_the_same_events(site: Site) -> None:
    uuid = "0192f0c4-5a3e-7c11-9d2b-fa4e77100009"
    batch = {"events": [said(1, eventId=uuid), said(2, eventId="tip-1")]}
    first, again = await site.send("", batch), await site.send("", batch)
    assert first.json() == again.json()
    ids = [receipt["id"] for receipt in first.json()["receipts"]]
    assert ids == [uuid, named("send_notification", "tip-1")]
    assert (await site.send("", {"events": [said(1, eventId="k" * 201)]})).json()["receipts"][0]["status"] == "refused"


async def test_a_batch_over_its_limit_is_refused_whole(site: Site) -> None:
    response = await site.send("", {"events": [said(n) for n in range(5)]})
    assert response.status == 413
    assert "at most 4" in response.json()["detail"]
    assert site.stored == []


async def test_an_empty_batch_writes_nothing(site: Site) -> None:
    assert (await site.send("", {"events": []})).json() == {"receipts": []}
    assert site.transactions == 0


@pytest.mark.parametrize("body", [[], {}, {"events": 5}, b"{", b""])
async def test_what_is_no_batch_is_400(site: Site, body: object) -> None:
    assert (await site.send("", body)).status == 400


async def test_a_batch_needs_the_key_and_post_and_a_database(site: Site) -> None:
    assert (await site.send("", {"events": [said(1)]}, {})).status == 401
    assert (await site.send("", b"", method="GET")).status == 405
    site.broken = True
    response = await site.send("", {"events": [said(1)]})
    assert (response.status, response.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize("function", ["send_notification", ""])
async def test_json_that_is_nested_too_deep_is_400(function: str, site: Site) -> None:
    response = await site.send(function, b'{"events": ' + b"[" * 1_900)
    assert response.status == 400
    deep = {"userId": "anna", "notification": {"type": "LIKE_POST", "title": "t", "metadata": {"a": "\0"}}}
    told = json.dumps(deep).replace('"\\u0000"', "[" * 850 + '"\\u0000"' + "]" * 850)
    body = told if function else '{"events": [{"function": "send_notification", "payload": ' + told + "}]}"
    response = await site.send(function, body.encode())
    refusal = response.json() if function else response.json()["receipts"][0]["problem"]
    assert refusal["status"] == 400
    assert site.stored == []
