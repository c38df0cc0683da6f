"""Schemathesis: requests made from the OpenAPI document, good and bad ones, are never answered with 5xx."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import pytest
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from fanwire.inbox import Inbox
from fanwire.platform import migrate as platform_migrate
from fanwire.platform.app import create_app
from fanwire.platform.payments.signature import HEADER, sign
from fanwire.settings import Settings
from fanwire.store import migrate
from fanwire.store.database import Database
from fanwire.testing.clock import FakeClock
from tests.integration.platform.api import SECRET, PlatformApi
from tests.integration.platform.test_openapi import OPERATIONS

WEBHOOK = "/api/webhooks/payments"
# For each operation, once of requests that fit and once of requests that do not. What PostgreSQL alone refuses (NUL,
# large numbers, times) is refused by the models, so it gets fewer.
EXAMPLES = {"sqlite": 8, "postgresql": 4}


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[PlatformApi]:
    database, clock = Database.open(url), FakeClock()
    platform = {"dev": True, "webhook_secret_key": SECRET, "client_payments": True}
    configured = Settings.model_validate({"client": {"token": {"hmac_secret_key": SECRET}}, "platform": platform})
    api = PlatformApi(create_app(database, configured, clock, Inbox(database, clock)), database, clock)
    try:
        yield api
    finally:
        await api.http.aclose()
        await database.close()


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    """A loop in a thread: hypothesis calls its test from outside of any loop."""
    with start_blocking_portal("asyncio") as running:
        yield running


async def things_to_find(api: PlatformApi) -> dict[str, str]:
    post = await api.post("anna")
    comment = await api.ok("boris", "POST", f"/api/posts/{post}/comments", {"content": "!"})
    message = await api.ok("anna", "POST", "/api/messages", {"toUserId": "boris", "content": "!", "price": 100})
    far = "2199-01-01T00:00:00Z"
    sale = {"tier": "vip", "percent": 20, "maxRedemptions": 5, "endsAt": far}
    flash = await api.ok("anna", "POST", "/api/flash-sales", sale)
    await api.ok("anna", "POST", f"/api/posts/{post}/auction", {"startPrice": 100, "minStep": 10, "endsAt": far})
    return {
        "postId": post,
        "saleId": flash["id"],
        "commentId": comment["id"],
        "creatorId": "anna",
        "conversationId": message["conversationId"],
        "messageId": message["id"],
        "userId": "anna",
    }


# It goes through every operation: minutes on a machine that does other things too.
@pytest.mark.timeout(240)
def test_no_request_is_answered_with_5xx(db_url: str, portal: BlockingPortal) -> None:
    migrate.upgrade(db_url)
    platform_migrate.upgrade(db_url)
    with portal.wrap_async_context_manager(opened(db_url)) as api:
        known = portal.call(things_to_find, api)
        document = schemathesis.openapi.from_dict(api.app.openapi())
        operations = [result.ok() for result in document.get_all_operations() if isinstance(result, Ok)]
        # All that the document names, and the door that exists in development only.
        assert len(operations) == len(OPERATIONS) + 1
        statuses: Counter[int] = Counter()
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                statuses += _explored(operation.as_strategy(generation_mode=mode), api, portal, known)
        # The run has gone through every door: served, misread, not found, misfit.
        assert {200, 201, 400, 404, 422} <= set(statuses)
        assert 401 not in statuses


def _explored(
    cases: st.SearchStrategy[Case[Any]], api: PlatformApi, portal: BlockingPortal, known: dict[str, str]
) -> Counter[int]:
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES[api.database.dialect],
        phases=(Phase.generate,),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, there=st.booleans())
    def explore(case: Case[Any], there: bool) -> None:
        if there:
            case.path_parameters.update({name: known[name] for name in known if name in case.path_parameters})
        answer = portal.call(_send, api, case)
        if answer is not None:
            statuses[answer.status_code] += 1
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            _is_as_documented(case, answer)

    explore()
    return statuses


async def _send(api: PlatformApi, case: Case[Any]) -> httpx2.Response | None:
    sent = case.as_transport_kwargs(base_url="http://platform")
    headers = {name.lower(): str(value) for name, value in dict(sent["headers"] or {}).items()}
    headers["authorization"] = f"Bearer {api.token('boris')}"
    body = {name: sent[name] for name in ("json", "data") if sent.get(name) is not None}
    if isinstance(body.get("data"), str | bytes):
        body["content"] = body.pop("data")
    if sent["url"].endswith(WEBHOOK):
        # What is not signed would end at the door.
        written = body.get("content", json.dumps(body.get("json")))
        body = {"content": written.encode() if isinstance(written, str) else written}
        headers[HEADER.lower()] = sign(body["content"], SECRET, int(api.clock.wall()))
    # What cannot be written as HTTP never reaches a server.
    with suppress(UnicodeEncodeError, httpx2.InvalidURL, httpx2.LocalProtocolError):
        return await api.http.request(sent["method"], sent["url"], params=sent["params"], headers=headers, **body)
    return None


def _is_as_documented(case: Case[Any], answer: httpx2.Response) -> None:
    kind = "application/json" if answer.is_success else "application/problem+json"
    assert answer.headers["content-type"] == kind
    assert str(answer.status_code) in {*case.operation.definition.raw["responses"], "405"}, answer.status_code
