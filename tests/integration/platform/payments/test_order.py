"""Whatever the order of delivery, the newest word of the provider stands, and is told of once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fanwire.inbox import Inbox
from fanwire.platform import migrate as platform_migrate
from fanwire.platform.app import create_app
from fanwire.settings import Settings
from fanwire.store import migrate
from fanwire.store.database import Database
from fanwire.testing.clock import FakeClock
from tests.integration.platform import api as platform
from tests.integration.platform.api import PlatformApi
from tests.integration.platform.payments.provider import SECRET, Provider

EXAMPLES = 12
DAY = timedelta(days=1)
_numbers = count(1)

explored = settings(
    max_examples=EXAMPLES,
    phases=(Phase.generate,),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Provider]:
    database, clock = Database.open(url), FakeClock()
    configured = Settings.model_validate(
        {
            "client": {"token": {"hmac_secret_key": platform.SECRET}},
            "platform": {"webhook_secret_key": SECRET, "client_payments": True},
        }
    )
    api = PlatformApi(create_app(database, configured, clock, Inbox(database, clock)), database, clock)
    try:
        yield Provider(api)
    finally:
        await api.http.aclose()
        await database.close()


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal("asyncio") as running:
        yield running


@pytest.fixture
def provider(db_url: str, portal: BlockingPortal) -> Iterator[Provider]:
    migrate.upgrade(db_url)
    platform_migrate.upgrade(db_url)
    with portal.wrap_async_context_manager(opened(db_url)) as made:
        yield made


async def items(api: PlatformApi, user: str, kind: str) -> list[dict[str, Any]]:
    """What the user sees of this kind."""
    await api.applied()
    listed = await api.ok(user, "GET", "/api/user/notifications?limit=100")
    assert listed["unreadCount"] == len(listed["notifications"])
    return [each for each in listed["notifications"] if each["type"] == kind]


# What happened to one subscription, oldest first: kind, days ago, what is said, and what must then be shown.
LIFE: tuple[tuple[str, int, dict[str, Any], str], ...] = (
    ("paid", 20, {"days": 30, "paymentId": "first"}, "active"),
    ("renewed", 12, {"days": 42, "paymentId": "second"}, "active"),
    ("tier_changed", 9, {"days": 39, "tier": "vip"}, "active"),
    ("cancelled", 6, {"days": 36, "tier": "vip", "cancelAtPeriodEnd": True}, "ending"),
    ("refunded", 6, {"days": 36, "tier": "vip"}, "refunded"),
)


def test_a_subscription_ends_as_its_newest_event_says(provider: Provider, portal: BlockingPortal) -> None:
    @explored
    @given(
        life=st.integers(1, len(LIFE)).flatmap(lambda n: st.permutations(range(n))),
        again=st.lists(st.integers(0, 9), min_size=5, max_size=5),
    )
    def explore(life: list[int], again: list[int]) -> None:
        portal.call(_live, provider, life, [life[n % len(life)] for n in again])

    explore()


async def _live(provider: Provider, life: list[int], again: list[int]) -> None:
    api, n = provider.api, next(_numbers)
    anna, boris = f"anna{n}", f"boris{n}"
    named: dict[str, Any] = {"userId": boris, "creatorId": anna, "subscriptionId": f"sub_{n}"}
    events = []
    for kind, ago, said, _ in LIFE:
        payment = {"paymentId": f"{said['paymentId']}_{n}"} if "paymentId" in said else {}
        events.append(provider.subscription(kind, ago=ago * DAY, **{**said, **named, **payment}))
    await api.post(anna)
    for step in (*life, *again):
        await provider.say(events[step])
    newest = LIFE[max(life)]
    (shown,) = (await api.ok(boris, "GET", "/api/subscriptions"))["subscriptions"]
    assert (shown["status"], shown["tier"]) == (newest[3], newest[2].get("tier", "premium"))
    assert shown["isActive"] is (newest[3] != "refunded")
    # A creator who first heard of the refund has heard of no subscriber.
    assert len(await items(api, anna, "NEW_SUBSCRIBER")) == (LIFE[life[0]][0] != "refunded")
    locked = await api.post(anna, isLocked=True, minSubscriptionTier="premium")
    assert (await api.ok(boris, "GET", f"/api/posts/{locked}"))["locked"] is not shown["isActive"]
    # The payment that the provider told of buys nothing when the front end sends it, too.
    if 0 in life and shown["isActive"]:
        body = {"creatorId": anna, "tier": "premium", "paymentId": f"first_{n}"}
        await api.send(boris, "POST", "/api/subscriptions/process-payment", body)
        assert (await api.ok(boris, "GET", "/api/subscriptions"))["subscriptions"] == [shown]


def test_a_payment_is_one_tip_and_none_once_it_was_refunded(provider: Provider, portal: BlockingPortal) -> None:
    @explored
    @given(
        told=st.lists(st.sampled_from(["paid", "paid again", "refunded"]), min_size=5, max_size=5),
        sent_at=st.integers(0, 9),
    )
    def explore(told: list[str], sent_at: int) -> None:
        portal.call(_tip, provider, told, sent_at)

    explore()


async def _tip(provider: Provider, told: list[str], sent_at: int) -> None:
    """Deliveries of three events on one tip, in between which the giver's own request may come."""
    api, n = provider.api, next(_numbers)
    anna, boris = f"anna{n}", f"boris{n}"
    money: dict[str, Any] = {"creatorId": anna, "amount": 500, "currency": "RUB", "paymentId": f"pay_{n}"}
    events = {
        "paid": provider.event("tip.paid", userId=boris, **money),
        "paid again": provider.event("tip.paid", userId=boris, **money),
        "refunded": provider.event("tip.refunded", paymentId=money["paymentId"]),
    }
    await api.post(anna)
    for place, name in enumerate(told):
        if place == sent_at:
            await api.send(boris, "POST", "/api/tips", money)
        await provider.say(events[name])
    was_paid = any(name != "refunded" for name in told) or sent_at < len(told)
    stands = was_paid and "refunded" not in told
    page = await api.ok(anna, "GET", "/api/tips")
    assert len([tip for tip in page["tips"] if tip["refundedAt"] is None]) == stands
    assert len(page["tips"]) <= 1
    assert sum(total["amount"] for total in page["totals"]) == 500 * stands
    assert len(await items(api, anna, "TIP_RECEIVED")) == stands
