"""A payment pays for one thing, whichever two things it is sent for, in whatever order or at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from fanwire.clock import utc
from tests.integration.platform.api import PlatformApi

BOTH = pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
Way = tuple[str, dict[str, Any]]


async def ways(api: PlatformApi, creator: str) -> dict[str, Way]:
    """Whatever boris can pay ``creator`` for: where to, and what else is to be said; nothing of it is paid yet."""
    post, sold, prize, closed = [await api.post(creator, isLocked=True, price=100) for _ in range(4)]
    sale = {"percent": 50, "maxRedemptions": 9, "postId": sold, **ends(api, 7_200)}
    sale_id = (await api.ok(creator, "POST", "/api/flash-sales", sale))["id"]
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": creator, "tier": "basic"})
    said = {"toUserId": "boris", "content": "тайна", "price": 500}
    message = await api.ok(creator, "POST", "/api/messages", said)
    auction = {"startPrice": 100, "minStep": 10}
    await api.ok(creator, "POST", f"/api/posts/{closed}/auction", {**auction, **ends(api, 60)})
    await api.ok("boris", "POST", f"/api/posts/{closed}/bids", {"amount": 100})
    api.clock.advance(61)
    await api.fire()
    await api.ok(creator, "POST", f"/api/posts/{prize}/auction", {**auction, "deposit": 50, **ends(api, 3_600)})
    return {
        "purchase": (f"/api/posts/{post}/purchase", {}),
        "subscription": ("/api/subscriptions/process-payment", {"creatorId": creator, "tier": "vip"}),
        "tip": ("/api/tips", {"creatorId": creator, "amount": 1_000, "currency": "RUB"}),
        "message": (f"/api/messages/{message['conversationId']}/{message['id']}/purchase", {}),
        "auction": (f"/api/posts/{closed}/auction/pay", {}),
        "deposit": (f"/api/posts/{prize}/bids", {"amount": 100}),
        "flash sale": (f"/api/flash-sales/{sale_id}/redeem", {}),
    }


def ends(api: PlatformApi, seconds: float) -> dict[str, str]:
    return {"endsAt": (utc(api.clock) + timedelta(seconds=seconds)).isoformat()}


def paid_by(way: Way, payment: str) -> Way:
    path, body = way
    return path, {**body, "depositPaymentId" if path.endswith("/bids") else "paymentId": payment}


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_payment_that_has_paid_for_one_thing_pays_for_no_other(api: PlatformApi) -> None:
    bought, wanted = await ways(api, "anna"), await ways(api, "dora")
    for name, way in bought.items():
        await api.ok("boris", "POST", *paid_by(way, f"pay-{name[:4]}"))
    await api.forget()
    for name in bought:
        for other, way in wanted.items():
            answer = await api.send("boris", "POST", *paid_by(way, f"pay-{name[:4]}"))
            assert answer.status_code == 409, (name, other, answer.text)
    assert await api.events() == []
    for name, way in wanted.items():
        await api.ok("boris", "POST", *paid_by(way, f"other-{name[:4]}"))


@BOTH
async def test_two_things_at_once_are_not_bought_by_one_payment(api: PlatformApi) -> None:
    wanted = await ways(api, "anna")
    answers = await asyncio.gather(
        *(api.send("boris", "POST", *paid_by(way, "pay-1")) for way in wanted.values() for _ in range(2))
    )
    told = [answer.status_code for answer in answers]
    bought = {index // 2 for index, status in enumerate(told) if status < 300}
    assert (len(bought), set(told) - {200, 201}) == (1, {409}), told
