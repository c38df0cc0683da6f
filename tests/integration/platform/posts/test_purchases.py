"""/api/posts/{id}/purchase, and what a refund leaves of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from fanwire.clock import utc
from fanwire.platform import tables
from fanwire.platform.payments.order import REFUNDED, is_newest
from fanwire.platform.purchases.purchase import Purchase, refund
from fanwire.platform.purchases.tables import purchase
from tests.integration.platform.api import PlatformApi

BOTH = pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)


async def paid_post(api: PlatformApi, **fields: Any) -> str:
    return await api.post("anna", content="тайна", isLocked=True, price=49_900, **fields)


async def buy(api: PlatformApi, post: str, user: str = "boris", **fields: Any) -> dict[str, Any]:
    bought: dict[str, Any] = await api.ok(user, "POST", f"/api/posts/{post}/purchase", fields)
    return bought


async def refunded(api: PlatformApi, payment_id: str) -> Purchase | None:
    async with api.database.begin() as connection:
        return await refund(connection, payment_id, utc(api.clock))


async def test_a_purchase_opens_the_post_and_tells_its_author(api: PlatformApi) -> None:
    post = await paid_post(api, minSubscriptionTier="vip")
    await api.forget()
    bought = await buy(api, post, paymentId="pay_1", amount=49_900, currency="RUB", provider="anything")
    assert bought == {
        "id": bought["id"],
        "userId": "boris",
        "postId": post,
        "creatorId": "anna",
        "paymentId": "pay_1",
        "amount": 49_900,
        "currency": "RUB",
        "createdAt": "2027-01-15T08:00:00Z",
        "refundedAt": None,
    }
    metadata = {"postId": post, "purchaseId": bought["id"], "userId": "boris", "amount": 49_900, "currency": "RUB"}
    assert await api.events() == [
        ("grant_access", {"userId": "boris", "resource": f"post:{post}"}),
        (
            "send_notification",
            {
                "userId": "anna",
                "notification": {
                    "type": "POST_PURCHASE",
                    "title": "Новая покупка",
                    "message": "boris купил ваш пост",
                    "metadata": metadata,
                },
                "actor": "boris",
            },
        ),
    ]
    for viewer, is_bought in (("boris", True), ("clara", False), (None, False)):
        seen = await api.ok(viewer, "GET", f"/api/posts/{post}")
        assert (seen["isPurchased"], seen["locked"]) == (is_bought, not is_bought)
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["content"] == "тайна"


async def test_all_devices_of_the_buyer_hear_that_it_is_open(api: PlatformApi) -> None:
    post = await paid_post(api)
    await api.applied()
    api.published.frames.clear()
    await buy(api, post)
    frames = await api.applied()
    assert ("feed:boris", {"type": "post_unlocked", "postId": post}) in frames
    assert {channel for channel, _ in frames} == {"feed:boris", "notifications:anna"}


async def test_the_same_payment_again_is_the_same_purchase(api: PlatformApi) -> None:
    post = await paid_post(api)
    first = await buy(api, post, paymentId="pay_1")
    await api.forget()
    api.clock.advance(60)
    assert await buy(api, post, paymentId="pay_1") == first
    # Without a payment nothing was paid, and what is held is the answer.
    assert await buy(api, post) == first
    assert await api.events() == []
    assert await api.count(purchase) == 1


async def test_a_repeat_is_answered_even_when_the_post_is_no_longer_for_sale(api: PlatformApi) -> None:
    post = await paid_post(api)
    first = await buy(api, post, paymentId="pay_1")
    await api.ok("anna", "PATCH", f"/api/posts/{post}", {"price": None})
    assert await buy(api, post, paymentId="pay_1") == first
    await api.ok("anna", "DELETE", f"/api/posts/{post}")
    assert await buy(api, post, paymentId="pay_1") == first


async def test_another_payment_for_what_is_held_is_refused_by_name(api: PlatformApi) -> None:
    post = await paid_post(api)
    await buy(api, post, paymentId="pay_1")
    await api.forget()
    document = await api.refused(409, "boris", "POST", f"/api/posts/{post}/purchase", {"paymentId": "pay_2"})
    assert document["type"] == "urn:fanwire:problem:already-purchased"
    assert await api.events() == []
    assert await api.count(purchase) == 1


async def test_a_payment_buys_one_thing_of_one_user(api: PlatformApi) -> None:
    post, other = await paid_post(api), await paid_post(api)
    await buy(api, post, paymentId="pay_1")
    body = {"creatorId": "anna", "paymentId": "pay_2"}
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", body)
    await api.forget()
    for user, target, payment in (("clara", post, "pay_1"), ("boris", other, "pay_1"), ("boris", other, "pay_2")):
        document = await api.refused(409, user, "POST", f"/api/posts/{target}/purchase", {"paymentId": payment})
        assert "paymentId" in document["detail"]
    assert await api.events() == []
    assert await api.count(purchase) == 1


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"isLocked": True}, "not-for-sale"),
        ({"isLocked": True, "price": 0}, "not-for-sale"),
        ({"isLocked": False, "price": 100}, "not-for-sale"),
    ],
)
async def test_what_has_no_price_or_is_open_is_not_sold(api: PlatformApi, fields: dict[str, Any], slug: str) -> None:
    post = await api.post("anna", **fields)
    await api.forget()
    document = await api.refused(409, "boris", "POST", f"/api/posts/{post}/purchase", {})
    assert document["type"] == f"urn:fanwire:problem:{slug}"
    assert await api.events() == []
    assert await api.count(purchase) == 0


async def test_a_payment_of_another_amount_or_currency_is_refused(api: PlatformApi) -> None:
    post = await paid_post(api, currency="EUR")
    await api.forget()
    for paid in ({"amount": 49_899}, {"amount": 49_901}, {"amount": 49_900, "currency": "RUB"}):
        document = await api.refused(409, "boris", "POST", f"/api/posts/{post}/purchase", paid)
        assert document["type"] == "urn:fanwire:problem:price-changed"
        assert "49900 EUR" in document["detail"]
    assert await api.events() == []
    await buy(api, post, amount=49_900)


async def test_nobody_buys_their_own_post_or_one_that_is_gone(api: PlatformApi) -> None:
    post = await paid_post(api)
    await api.forget()
    await api.refused(422, "anna", "POST", f"/api/posts/{post}/purchase", {})
    await api.refused(404, "boris", "POST", "/api/posts/unknown/purchase", {})
    assert await api.events() == []
    await api.ok("anna", "DELETE", f"/api/posts/{post}")
    await api.refused(404, "boris", "POST", f"/api/posts/{post}/purchase", {})
    assert await api.count(purchase) == 0


async def test_a_refund_closes_the_post_and_takes_the_item_back(api: PlatformApi) -> None:
    post = await paid_post(api)
    bought = await buy(api, post, paymentId="pay_1")
    await api.applied()
    inbox = await api.ok("anna", "GET", "/api/user/notifications")
    assert [item["type"] for item in inbox["notifications"]] == ["POST_PURCHASE"]
    api.published.frames.clear()
    api.clock.advance(60)
    returned = await refunded(api, "pay_1")
    assert returned is not None
    assert (returned.id, returned.refunded_at) == (bought["id"], utc(api.clock))
    frames = await api.applied()
    assert ("feed:boris", {"type": "post_locked", "postId": post, "reason": "refunded"}) in frames
    inbox = await api.ok("anna", "GET", "/api/user/notifications")
    assert (inbox["notifications"], inbox["unreadCount"]) == ([], 0)
    seen = await api.ok("boris", "GET", f"/api/posts/{post}")
    assert (seen["isPurchased"], seen["locked"], seen["content"]) == (False, True, None)


async def test_a_second_refund_and_one_of_an_unknown_payment_do_nothing(api: PlatformApi) -> None:
    post = await paid_post(api)
    await buy(api, post, paymentId="pay_1")
    await refunded(api, "pay_1")
    await api.forget()
    assert await refunded(api, "pay_1") is None
    assert await refunded(api, "pay_2") is None
    assert await api.events() == []


async def test_the_refunded_payment_opens_nothing_again_but_a_new_one_does(api: PlatformApi) -> None:
    post = await paid_post(api)
    first = await buy(api, post, paymentId="pay_1")
    await refunded(api, "pay_1")
    await api.forget()
    assert await buy(api, post, paymentId="pay_1") == {**first, "refundedAt": "2027-01-15T08:00:00Z"}
    assert await api.events() == []
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is True
    second = await buy(api, post, paymentId="pay_2")
    assert second["id"] != first["id"]
    await api.applied()
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is False
    inbox = await api.ok("anna", "GET", "/api/user/notifications")
    assert [item["metadata"]["purchaseId"] for item in inbox["notifications"]] == [second["id"]]


async def test_a_payment_that_was_given_back_before_it_came_buys_nothing(api: PlatformApi) -> None:
    """The provider's word was faster than the buyer's request."""
    post = await paid_post(api)
    async with api.database.begin() as connection:
        assert await is_newest(connection, "purchase", "pay_1", REFUNDED)
    await api.forget()
    document = await api.refused(409, "boris", "POST", f"/api/posts/{post}/purchase", {"paymentId": "pay_1"})
    assert "given back" in document["detail"]
    assert await api.events() == []
    assert await api.count(purchase) == 0
    await buy(api, post, paymentId="pay_2")


async def test_a_subscriber_keeps_reading_after_a_refund_and_a_buyer_after_a_lapse(api: PlatformApi) -> None:
    post = await paid_post(api)
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    await buy(api, post, paymentId="pay_1")
    await buy(api, post, "clara")
    await refunded(api, "pay_1")
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is False
    api.clock.advance(400 * 86_400)
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is True
    assert (await api.ok("clara", "GET", f"/api/posts/{post}"))["locked"] is False


async def test_the_text_that_was_bought_is_in_no_item(api: PlatformApi) -> None:
    post = await paid_post(api)
    await buy(api, post)
    await api.applied()
    assert "тайна" not in json.dumps(await api.ok("anna", "GET", "/api/user/notifications"), ensure_ascii=False)


@BOTH
async def test_racing_purchases_of_one_user_are_one(api: PlatformApi) -> None:
    post = await paid_post(api)
    await api.forget()
    path = f"/api/posts/{post}/purchase"
    answers = await asyncio.gather(
        *(api.send("boris", "POST", path, {"paymentId": f"pay_{n % 3}"}) for n in range(9)),
        *(api.send("boris", "POST", path, {}) for _ in range(3)),
    )
    assert {answer.status_code for answer in answers} == {200, 409}
    assert len({answer.json()["id"] for answer in answers if answer.is_success}) == 1
    assert [function for function, _ in await api.events()] == ["grant_access", "send_notification"]
    assert await api.count(purchase) == 1
    assert await api.count(tables.payment) == 0
