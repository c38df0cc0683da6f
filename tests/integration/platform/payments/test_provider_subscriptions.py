"""What the provider's events make of subscriptions, beside what people do themselves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from fanwire.platform import tables
from tests.integration.platform.api import PlatformApi, problem
from tests.integration.platform.payments.provider import Provider

PAY = "/api/subscriptions/process-payment"
HOUR = timedelta(hours=1)


@pytest.fixture
async def anna(api: PlatformApi) -> PlatformApi:
    await api.post("anna")
    await api.forget()
    return api


async def shown(api: PlatformApi, user: str = "boris") -> dict[str, Any]:
    """The one subscription that the user has."""
    (only,) = (await api.ok(user, "GET", "/api/subscriptions"))["subscriptions"]
    return dict(only)


async def functions(api: PlatformApi) -> list[str]:
    told = [function for function, _ in await api.events()]
    await api.forget()
    return told


async def test_the_life_of_a_subscription(anna: PlatformApi, provider: Provider) -> None:
    await provider.say(provider.subscription("paid", tier="basic"))
    paid = await shown(anna)
    assert (paid["status"], paid["tier"], paid["validUntil"]) == ("active", "basic", "2027-02-14T08:00:00Z")
    assert await functions(anna) == ["grant_access", "notify_new_subscription", "send_notification"]
    anna.clock.advance(29 * 86_400)
    await provider.say(provider.subscription("renewed", 31, tier="basic"))
    assert (await shown(anna))["validUntil"] == "2027-03-16T08:00:00Z"
    assert await functions(anna) == ["grant_access"]
    await provider.say(provider.subscription("tier_changed", 31, tier="vip"))
    assert (await shown(anna))["tier"] == "vip"
    assert await functions(anna) == ["grant_access"]
    anna.clock.advance(1)
    await provider.say(
        provider.subscription("cancelled", 31, ago=timedelta(seconds=1), tier="vip", cancelAtPeriodEnd=True)
    )
    assert (await shown(anna))["status"] == "ending"
    assert (await shown(anna))["isActive"] is True
    assert await functions(anna) == []
    await provider.say(provider.subscription("refunded", 31))
    assert {**await shown(anna)}.items() >= {"id": paid["id"], "status": "refunded", "isActive": False}.items()
    assert [(f, e["reason"]) for f, e in await anna.events()] == [("revoke_access", "refunded")]


@pytest.mark.parametrize(("kind", "reason"), [("cancelled", "cancelled"), ("refunded", "refunded")])
@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_an_end_at_once_takes_access(anna: PlatformApi, provider: Provider, kind: str, reason: str) -> None:
    await provider.say(provider.subscription("paid"))
    await anna.forget()
    await provider.say(provider.subscription(kind))
    assert [(f, e["reason"]) for f, e in await anna.events()] == [("revoke_access", reason)]


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_renewal_that_comes_after_the_lapse_is_no_new_subscriber(anna: PlatformApi, provider: Provider) -> None:
    await provider.say(provider.subscription("paid"))
    first = await shown(anna)
    anna.clock.advance(31 * 86_400)
    assert (await shown(anna))["status"] == "expired"
    await anna.forget()
    await provider.say(provider.subscription("renewed"))
    assert {**await shown(anna)}.items() >= {"id": first["id"], "isActive": True}.items()
    assert await functions(anna) == ["grant_access"]


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_new_subscription_after_the_old_one_is_a_new_occurrence(anna: PlatformApi, provider: Provider) -> None:
    await provider.say(provider.subscription("paid"))
    first = await shown(anna)
    await provider.say(provider.subscription("cancelled", ago=-HOUR / 60))
    await anna.forget()
    await provider.say(provider.subscription("paid", subscriptionId="sub_2"))
    second = await shown(anna)
    assert second["isActive"]
    assert second["id"] != first["id"]
    assert await functions(anna) == ["grant_access", "notify_new_subscription", "send_notification"]
    # The end of the first is not the end of the second.
    assert await provider.say(provider.subscription("refunded", ago=-HOUR / 30)) == "overtaken"
    assert await shown(anna) == second
    assert await functions(anna) == []


@pytest.mark.parametrize("first", ["front end", "provider"])
async def test_one_payment_told_twice_is_one_period(anna: PlatformApi, provider: Provider, first: str) -> None:
    event = provider.subscription("paid", paymentId="pay_1", ago=timedelta(seconds=2))
    body = {"creatorId": "anna", "tier": "premium", "paymentId": "pay_1"}

    async def by_front_end() -> None:
        await anna.ok("boris", "POST", PAY, body)

    async def by_provider() -> None:
        assert await provider.say(event) == "applied"

    ways = (by_front_end, by_provider) if first == "front end" else (by_provider, by_front_end)
    for way in ways:
        await way()
    assert (await shown(anna))["validUntil"] == "2027-02-14T07:59:58Z"
    told = await functions(anna)
    assert (told.count("notify_new_subscription"), told.count("send_notification")) == (1, 1)
    # From then on it is the provider's: its refund ends it.
    await provider.say(provider.subscription("refunded"))
    assert (await shown(anna))["status"] == "refunded"
    refused = await anna.ok("boris", "POST", PAY, body)
    assert (refused["status"], refused["isActive"]) == ("refunded", False)


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_payment_that_was_refunded_first_buys_nothing(anna: PlatformApi, provider: Provider) -> None:
    await provider.say(provider.subscription("refunded", paymentId="pay_1"))
    body = {"creatorId": "anna", "tier": "premium", "paymentId": "pay_1"}
    bought = await anna.ok("boris", "POST", PAY, body)
    assert (bought["status"], bought["isActive"]) == ("refunded", False)
    assert await anna.events() == []


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_the_refund_of_a_payment_that_only_the_front_end_told_of(anna: PlatformApi, provider: Provider) -> None:
    await anna.ok("boris", "POST", PAY, {"creatorId": "anna", "tier": "premium", "paymentId": "pay_1"})
    await anna.forget()
    assert await provider.say(provider.subscription("refunded", paymentId="pay_1")) == "applied"
    assert (await shown(anna))["status"] == "refunded"
    assert await functions(anna) == ["revoke_access"]


async def test_front_end_and_provider_at_once(anna: PlatformApi, provider: Provider) -> None:
    event = provider.subscription("paid", paymentId="pay_1")
    body = {"creatorId": "anna", "tier": "premium", "paymentId": "pay_1"}
    await asyncio.gather(anna.ok("boris", "POST", PAY, body), provider.say(event), provider.say(event))
    assert (await shown(anna))["validUntil"] == "2027-02-14T08:00:00Z"
    assert (await functions(anna)).count("send_notification") == 1
    assert await anna.count(tables.subscription) == 1


async def test_racing_events_on_one_subscription_leave_the_newest(anna: PlatformApi, provider: Provider) -> None:
    events = [
        provider.subscription("paid", ago=3 * HOUR),
        provider.subscription("renewed", ago=2 * HOUR),
        provider.subscription("tier_changed", ago=HOUR, tier="vip"),
        provider.subscription("cancelled", tier="vip", cancelAtPeriodEnd=True),
    ]
    await asyncio.gather(*(provider.say(event) for event in (*events, *reversed(events))))
    assert {**await shown(anna)}.items() >= {"status": "ending", "tier": "vip", "isActive": True}.items()
    assert (await functions(anna)).count("send_notification") == 1


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_what_a_person_did_since_is_not_undone(anna: PlatformApi, provider: Provider) -> None:
    await provider.say(provider.subscription("paid"))
    anna.clock.advance(3_600)
    mine = await shown(anna)
    await anna.ok("boris", "POST", f"/api/subscriptions/{mine['id']}/cancel", {"immediately": True})
    await anna.forget()
    assert await provider.say(provider.subscription("renewed", ago=HOUR / 2)) == "overtaken"
    assert (await shown(anna))["status"] == "cancelled"
    assert await anna.events() == []


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_events_of_one_second_are_ordered_by_version_then_kind(anna: PlatformApi, provider: Provider) -> None:
    assert await provider.say(provider.subscription("refunded")) == "applied"
    assert await provider.say(provider.subscription("paid")) == "overtaken"
    assert (await shown(anna))["status"] == "refunded"
    assert await provider.say(provider.subscription("paid", version=2)) == "applied"
    assert await provider.say(provider.subscription("renewed", version=1)) == "overtaken"
    assert (await shown(anna))["status"] == "active"


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_one_id_is_one_subscription(anna: PlatformApi, provider: Provider) -> None:
    await provider.say(provider.subscription("paid"))
    problem(await provider.deliver(provider.subscription("renewed", userId="clara")), 409)
    assert await anna.count(tables.subscription) == 1


async def test_purchases(anna: PlatformApi, provider: Provider) -> None:
    post = await anna.post("anna", isLocked=True, price=49_900)
    path = f"/api/posts/{post}"
    paid = provider.event(
        "purchase.paid", paymentId="pay_1", userId="boris", postId=post, amount=49_900, currency="RUB"
    )
    assert sorted(await asyncio.gather(*(provider.say(paid) for _ in range(3)))) == ["applied", "repeated", "repeated"]
    assert (await anna.ok("boris", "GET", path))["locked"] is False
    await anna.forget()
    await anna.ok("boris", "POST", f"{path}/purchase", {"paymentId": "pay_1"})
    assert await anna.events() == []
    assert await provider.say(provider.event("purchase.refunded", paymentId="pay_1")) == "applied"
    assert (await anna.ok("boris", "GET", path))["locked"] is True
    assert await functions(anna) == ["revoke_access", "retract_notification"]


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_purchase_that_was_refunded_first_opens_nothing(anna: PlatformApi, provider: Provider) -> None:
    post = await anna.post("anna", isLocked=True, price=49_900)
    await anna.forget()
    await provider.say(provider.event("purchase.refunded", paymentId="pay_1"))
    paid = provider.event("purchase.paid", paymentId="pay_1", userId="boris", postId=post)
    assert await provider.say(paid) == "overtaken"
    assert (await anna.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is True
    assert await anna.events() == []


async def test_who_is_blocked_may_pay_on_but_the_creator_hears_nothing_of_it(
    api: PlatformApi, provider: Provider
) -> None:
    locked = await api.post("anna", isLocked=True)
    await api.ok("boris", "PATCH", "/api/user/settings", {"nickname": "Борис"})
    await api.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    await api.forget()
    assert await provider.say(provider.subscription("paid")) == "applied"
    assert [function for function, _ in await api.events()] == ["grant_access"]
    assert (await api.ok("boris", "GET", f"/api/posts/{locked}"))["locked"] is True
