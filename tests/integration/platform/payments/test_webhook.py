"""/api/webhooks/payments: who is let in, what is taken, and that it counts once."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from fanwire.clock import utc
from fanwire.inbox import Inbox
from fanwire.platform.app import create_app
from fanwire.platform.payments import provider_events
from fanwire.platform.payments.signature import sign
from fanwire.platform.payments.tables import provider_event, provider_object
from fanwire.platform.subscriptions import announcing
from fanwire.platform.sweeper import INTERVAL
from fanwire.platform.tables import payment, subscription, user
from fanwire.platform.tips.tables import tip
from fanwire.settings import Settings
from tests.docs.how_to import GUIDES, pasted
from tests.integration.platform import api as platform
from tests.integration.platform.api import PlatformApi, problem
from tests.integration.platform.payments.provider import SECRET, Provider

TABLES = (provider_event, provider_object, payment, subscription, tip)


async def nothing_happened(api: PlatformApi) -> None:
    assert [await api.count(table) for table in TABLES] == [0] * len(TABLES)
    assert await api.events() == []


@pytest.fixture
async def ready(api: PlatformApi) -> PlatformApi:
    await api.post("anna")
    await api.forget()
    return api


async def test_what_is_not_signed_by_the_provider_does_nothing(ready: PlatformApi, provider: Provider) -> None:
    event = provider.subscription("paid")
    body = json.dumps(event).encode()
    now = int(ready.clock.wall())
    good = sign(body, SECRET, now)
    attempts: list[tuple[bytes, str | None, str]] = [
        (body, None, "bad-signature"),
        (body, "v1=nonsense", "bad-signature"),
        (body, sign(body, "another", now), "bad-signature"),
        (body.replace(b"boris", b"clara"), good, "bad-signature"),
        (body + b" ", good, "bad-signature"),
        (body, sign(body, SECRET, now - 301), "old-signature"),
        (body, sign(body, SECRET, now + 301), "old-signature"),
    ]
    for sent, signature, slug in attempts:
        document = problem(await provider.deliver(sent, signature=signature), 400)
        assert document["type"] == f"urn:fanwire:problem:{slug}"
        assert SECRET not in json.dumps(document)
    await nothing_happened(ready)
    assert problem(await provider.deliver(b"x" * 4_001), 413)["title"] == "Content Too Large"
    await nothing_happened(ready)
    assert (await provider.deliver(body, signature=f"t={now},v1={'0' * 64},v1={good[-64:]}")).status_code == 200


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_without_a_secret_the_problem_names_the_setting(ready: PlatformApi) -> None:
    bare = Settings.model_validate({"client": {"token": {"hmac_secret_key": platform.SECRET}}})
    app = create_app(ready.database, bare, ready.clock, Inbox(ready.database, ready.clock))
    other = Provider(PlatformApi(app, ready.database, ready.clock))
    document = problem(await other.deliver(other.subscription("paid")), 503)
    assert "platform.webhook_secret_key" in document["detail"]
    await nothing_happened(ready)
    await other.api.http.aclose()


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_what_is_no_event_is_refused(ready: PlatformApi, provider: Provider) -> None:
    tip: dict[str, Any] = {
        "paymentId": "pay_1",
        "userId": "boris",
        "creatorId": "anna",
        "amount": 500,
        "currency": "RUB",
    }
    whole = provider.subscription("paid")
    wrong: list[tuple[int, Any, str]] = [
        (400, b"{", "JSON"),
        (400, b"\xff", "JSON"),
        (422, [], "body"),
        (422, {"id": "evt_1"}, "body.type"),
        (422, {**whole, "id": ""}, "body.id"),
        (422, {**whole, "createdAt": "2027-01-15T08:00:00"}, "body.createdAt"),
        (422, {**whole, "data": {**whole["data"], "tier": "gold"}}, "body.data.tier"),
        (422, {**whole, "data": {**whole["data"], "validUntil": "soon"}}, "body.data.validUntil"),
        (422, provider.subscription("paid", creatorId="boris"), "themselves"),
        (404, provider.subscription("paid", creatorId="nobody"), "nobody"),
        (422, provider.subscription("paid", ago=timedelta(minutes=-6)), "createdAt"),
        (422, provider.event("tip.paid", **{**tip, "amount": 5.5}), "body.data.amount"),
        (422, provider.event("tip.paid", **{**tip, "amount": 500.0}), "body.data.amount"),
        (422, provider.event("tip.paid", **{**tip, "amount": "500"}), "body.data.amount"),
        (422, provider.event("tip.paid", **{**tip, "amount": 0}), "amount: 0"),
        (422, provider.event("tip.paid", **{**tip, "amount": -500}), "amount: -500"),
        (422, provider.event("tip.paid", **{**tip, "amount": 10_000_001}), "platform.tips.min_amount"),
        (422, provider.event("tip.paid", **{**tip, "currency": "XXX"}), "currency: 'XXX'"),
        (422, provider.event("tip.paid", **{**tip, "currency": "rub"}), "body.data.currency"),
        (422, provider.event("tip.paid", **{**tip, "userId": "anna"}), "somebody else"),
        (404, provider.event("tip.paid", **{**tip, "creatorId": "nobody"}), "nobody"),
        (404, provider.event("purchase.paid", paymentId="pay_1", userId="boris", postId="none"), "none"),
        (422, provider.event("tip.refunded"), "body.data.paymentId"),
    ]
    for status, event, told in wrong:
        document = problem(await provider.deliver(event), status)
        assert told in document["detail"], (event, document)
    await nothing_happened(ready)
    assert await ready.count(user) == 1


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_the_guide_is_true(ready: PlatformApi, provider: Provider) -> None:
    guide = (GUIDES / "payments.md").read_text()
    body = guide.partition("```json\n")[2].partition("```")[0].encode()
    code = pasted("payments")
    vars(code)["time"] = SimpleNamespace(time=ready.clock.wall)
    answer = await provider.deliver(body, signature=code.signature(body, SECRET))
    assert answer.json() == {"outcome": "applied"}


async def test_a_kind_that_is_not_known_is_taken_and_logged(ready: PlatformApi, provider: Provider) -> None:
    with capture_logs() as logs:
        assert await provider.say(provider.event("payout.created", amount=1.5)) == "ignored"
    assert {"event": "payment_event_ignored", "kind": "payout.created"}.items() <= logs[-1].items()
    await nothing_happened(ready)


async def test_racing_deliveries_of_one_event_count_once(ready: PlatformApi, provider: Provider) -> None:
    event = provider.subscription("paid", paymentId="pay_1")
    outcomes = await asyncio.gather(*(provider.say(event) for _ in range(5)))
    assert sorted(outcomes) == ["applied", *["repeated"] * 4]
    assert await ready.count(subscription) == 1
    assert [f for f, _ in await ready.events()] == ["grant_access", "notify_new_subscription", "send_notification"]


async def test_after_a_failure_of_ours_the_next_delivery_does_it(
    ready: PlatformApi, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [RuntimeError("first only")]
    tell = announcing.new_subscriber

    async def fails_once(*args: Any) -> None:
        if failures:
            raise failures.pop()
        await tell(*args)

    monkeypatch.setattr(announcing, "new_subscriber", fails_once)
    event = provider.subscription("paid")
    with capture_logs():
        problem(await provider.deliver(event), 500)
    await nothing_happened(ready)
    assert await provider.say(event) == "applied"


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_an_event_is_known_for_more_than_a_month(ready: PlatformApi, provider: Provider) -> None:
    assert provider_events.RETENTION.days >= 30
    event = provider.event("tip.paid", paymentId="p", userId="boris", creatorId="anna", amount=500, currency="RUB")
    assert await provider.say(event) == "applied"
    ready.clock.advance(provider_events.RETENTION.total_seconds())
    assert await provider.say(event) == "repeated"
    ready.clock.advance(INTERVAL)
    # The delivery that comes after the month sweeps once its answer is made.
    await provider.say(provider.event("tip.refunded", paymentId="other"))
    assert await ready.count(provider_event) == 1
    # Its payment is known for ever.
    assert await provider.say(event) == "overtaken"
    assert await ready.count(tip) == 1


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_sweep_is_bounded(ready: PlatformApi, monkeypatch: pytest.MonkeyPatch, provider: Provider) -> None:
    monkeypatch.setattr(provider_events, "SWEEP_LIMIT", 2)
    for n in range(3):
        await provider.say(provider.event("tip.refunded", paymentId=f"p{n}"))
    ready.clock.advance(provider_events.RETENTION.total_seconds() + 1)
    async with ready.database.write.begin() as connection:
        assert await provider_events.sweep(connection, utc(ready.clock)) == 2
        assert await provider_events.sweep(connection, utc(ready.clock)) == 1


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("field", ["createdAt", "validUntil"])
async def test_times_that_no_calendar_of_ours_reaches_are_refused(
    api: PlatformApi, provider: Provider, field: str
) -> None:
    """Kept, they would make every later renewal fail."""
    await api.post("anna")
    for moment in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"):
        event = provider.subscription("paid")
        (event if field == "createdAt" else event["data"])[field] = moment
        assert field in problem(await provider.deliver(event), 422)["detail"]
