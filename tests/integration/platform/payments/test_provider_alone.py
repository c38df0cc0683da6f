"""Where only the provider's word counts (production's default), no front end can say that something is paid."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from fanwire.clock import utc
from fanwire.inbox import Inbox
from fanwire.platform.app import create_app
from fanwire.settings import Settings
from tests.integration.platform import api as platform
from tests.integration.platform.api import PlatformApi, problem, time_of
from tests.integration.platform.payments.provider import SECRET, Provider


@pytest.fixture
def db_url(sqlite_url: str) -> str:
    """What is tested is who is believed; databases have their tests beside this one."""
    return sqlite_url


def strict(**more: Any) -> Settings:
    tree = {
        "client": {"token": {"hmac_secret_key": platform.SECRET}},
        "platform": {"webhook_secret_key": SECRET},
        **more,
    }
    return Settings.model_validate(tree)


@pytest.fixture
async def trusting(api: PlatformApi) -> PlatformApi:
    """The same database behind a server that believes front ends: what is for sale is made with it."""
    await api.post("anna")
    return api


@pytest.fixture
async def strictly(trusting: PlatformApi) -> AsyncIterator[PlatformApi]:
    database, clock = trusting.database, trusting.clock
    app = create_app(database, strict(), clock, Inbox(database, clock), read_time=time_of(clock))
    opened = PlatformApi(app, database, clock)
    yield opened
    await opened.http.aclose()


async def for_sale(api: PlatformApi) -> dict[str, str]:
    """Something of each kind that is paid for."""
    post = await api.post("anna", isLocked=True, price=49_900)
    prize = await api.post("anna", isLocked=True)
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna", "paymentId": "pay_0"})
    [subscription] = (await api.ok("boris", "GET", "/api/subscriptions"))["subscriptions"]
    ends_at = (utc(api.clock) + timedelta(hours=1)).isoformat()
    auction = {"startPrice": 100, "minStep": 10, "endsAt": ends_at}
    await api.ok("anna", "POST", f"/api/posts/{prize}/auction", auction)
    sale = {"percent": 50, "endsAt": ends_at, "maxRedemptions": 3, "postId": post}
    sale_id = (await api.ok("anna", "POST", "/api/flash-sales", sale))["id"]
    message = await api.ok(
        "anna", "POST", "/api/messages", {"toUserId": "boris", "content": "тайна", "price": 500, "currency": "RUB"}
    )
    return {
        "post": post,
        "prize": prize,
        "subscription": subscription["id"],
        "sale": sale_id,
        "conversation": message["conversationId"],
        "message": message["id"],
    }


async def test_every_way_to_pay_is_closed_to_front_ends(trusting: PlatformApi, strictly: PlatformApi) -> None:
    ids = await for_sale(trusting)
    await trusting.forget()
    paid = {"paymentId": "pay_1"}
    ways: list[tuple[str, dict[str, Any]]] = [
        ("/api/subscriptions/process-payment", {"creatorId": "anna", **paid}),
        (f"/api/subscriptions/{ids['subscription']}/renew", paid),
        (f"/api/subscriptions/{ids['subscription']}/upgrade", {"tier": "vip"}),
        (f"/api/posts/{ids['post']}/purchase", paid),
        (f"/api/posts/{ids['prize']}/auction/pay", paid),
        (f"/api/flash-sales/{ids['sale']}/redeem", paid),
        (f"/api/messages/{ids['conversation']}/{ids['message']}/purchase", paid),
        ("/api/tips", {"creatorId": "anna", "amount": 500, "currency": "RUB", **paid}),
    ]
    for path, body in ways:
        document = await strictly.refused(403, "boris", "POST", path, body)
        assert document["type"] == "urn:fanwire:problem:payments-by-provider", path
        assert "platform.client_payments" in document["detail"]
    assert await trusting.events() == []


async def test_the_provider_opens_what_was_paid(trusting: PlatformApi, strictly: PlatformApi) -> None:
    ids = await for_sale(trusting)
    provider = Provider(strictly)
    conversation, message = ids["conversation"], ids["message"]
    said = [
        provider.event(
            "message.paid", userId="boris", paymentId="pay_1", conversationId=conversation, messageId=message
        ),
        provider.event("flash_sale.paid", userId="clara", paymentId="pay_2", saleId=ids["sale"]),
    ]
    for event in said:
        assert await provider.say(event) == "applied"
        assert await provider.say(event) == "repeated"
    messages = (await strictly.ok("boris", "GET", f"/api/messages/{conversation}"))["messages"]
    assert messages[0]["content"] == "тайна"
    assert (await strictly.ok("clara", "GET", f"/api/posts/{ids['post']}"))["locked"] is False


async def test_an_auction_that_nobody_has_won_takes_no_payment(trusting: PlatformApi, strictly: PlatformApi) -> None:
    ids = await for_sale(trusting)
    provider = Provider(strictly)
    early = provider.event("auction.paid", userId="boris", paymentId="pay_1", postId=ids["prize"])
    problem(await provider.deliver(early), 409)


async def test_a_reservation_needs_no_payment(trusting: PlatformApi, strictly: PlatformApi) -> None:
    ids = await for_sale(trusting)
    await strictly.ok("boris", "POST", f"/api/flash-sales/{ids['sale']}/redeem", {})


@pytest.mark.parametrize(
    ("settings", "believed"),
    [
        (strict(), False),
        (strict(environment="development"), True),
        (strict(environment="development", platform={"client_payments": False}), False),
        (strict(platform={"client_payments": True}), True),
    ],
)
async def test_who_is_believed(trusting: PlatformApi, settings: Settings, believed: bool) -> None:
    app = create_app(trusting.database, settings, trusting.clock, Inbox(trusting.database, trusting.clock))
    other = PlatformApi(app, trusting.database, trusting.clock)
    answer = await other.send("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    assert answer.status_code == (200 if believed else 403)
    await other.http.aclose()
