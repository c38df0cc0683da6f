"""A refund closes what the payment opened, whatever that was, and whichever of the two is heard of first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.integration.platform.api import PlatformApi, problem
from tests.integration.platform.payments.provider import Provider
from tests.integration.platform.payments.test_one_use import ends, paid_by, ways

SQLITE = pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)


async def said(provider: Provider, kind: str, **data: Any) -> str:
    return await provider.say(provider.event(kind, paymentId="pay-1", **data))


async def message(api: PlatformApi) -> dict[str, str]:
    """A message from anna to boris that has a price, as an event names it."""
    await api.post("anna")
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    sent = await api.ok("anna", "POST", "/api/messages", {"toUserId": "boris", "content": "тайна", "price": 500})
    return {"userId": "boris", "conversationId": sent["conversationId"], "messageId": sent["id"]}


async def text_of(api: PlatformApi, named: dict[str, str]) -> str | None:
    page = await api.ok("boris", "GET", f"/api/messages/{named['conversationId']}")
    text: str | None = page["messages"][0]["content"]
    return text


@SQLITE
async def test_a_refunded_message_is_locked_again(api: PlatformApi, provider: Provider) -> None:
    named = await message(api)
    assert await said(provider, "message.paid", **named) == "applied"
    assert await text_of(api, named) == "тайна"
    assert await said(provider, "message.refunded") == "applied"
    assert await said(provider, "message.refunded") == "overtaken"
    assert await said(provider, "message.paid", **named) == "overtaken"
    assert await text_of(api, named) is None
    path = f"/api/messages/{named['conversationId']}/{named['messageId']}/purchase"
    await api.refused(409, "boris", "POST", path, {"paymentId": "pay-1"})
    # It may be bought again by another payment.
    assert (await api.ok("boris", "POST", path, {"paymentId": "pay-2"}))["content"] == "тайна"


@SQLITE
async def test_a_message_whose_refund_came_first_stays_locked(api: PlatformApi, provider: Provider) -> None:
    named = await message(api)
    assert await said(provider, "message.refunded") == "applied"
    assert await said(provider, "message.paid", **named) == "overtaken"
    assert await text_of(api, named) is None


async def won(api: PlatformApi) -> dict[str, str]:
    """A locked post of anna's whose auction boris has won, as an event names it."""
    post = await api.post("anna", isLocked=True, content="картина")
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    await api.ok("anna", "POST", f"/api/posts/{post}/auction", {"startPrice": 100, "minStep": 1, **ends(api, 60)})
    await api.ok("boris", "POST", f"/api/posts/{post}/bids", {"amount": 100})
    [subscription] = (await api.ok("boris", "GET", "/api/subscriptions"))["subscriptions"]
    await api.ok("boris", "POST", f"/api/subscriptions/{subscription['id']}/cancel", {"immediately": True})
    api.clock.advance(61)
    await api.fire()
    return {"userId": "boris", "postId": post}


async def is_locked(api: PlatformApi, post: str) -> bool:
    return bool((await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"])


@SQLITE
async def test_a_refunded_auction_closes_the_post_and_its_item_goes(api: PlatformApi, provider: Provider) -> None:
    named = await won(api)
    assert await said(provider, "auction.paid", **named) == "applied"
    assert not await is_locked(api, named["postId"])
    await api.applied()
    assert await said(provider, "auction.refunded") == "applied"
    assert await said(provider, "auction.refunded") == "overtaken"
    assert await said(provider, "auction.paid", **named) == "overtaken"
    assert await is_locked(api, named["postId"])
    assert ("notifications:anna", "notification_removed") in [
        (channel, data.get("type")) for channel, data in await api.applied()
    ]
    bell = await api.ok("anna", "GET", "/api/user/notifications")
    assert "POST_PURCHASE" not in [item["type"] for item in bell["notifications"]]


@SQLITE
async def test_an_auction_whose_refund_came_first_is_not_paid(api: PlatformApi, provider: Provider) -> None:
    named = await won(api)
    assert await said(provider, "auction.refunded") == "applied"
    assert await said(provider, "auction.paid", **named) == "overtaken"
    assert await is_locked(api, named["postId"])


async def sale(api: PlatformApi, **fields: Any) -> dict[str, str]:
    body = {"percent": 50, "maxRedemptions": 3, **ends(api, 3_600), **fields}
    return {"userId": "boris", "saleId": (await api.ok("anna", "POST", "/api/flash-sales", body))["id"]}


@SQLITE
@pytest.mark.parametrize("refund_is_first", [False, True])
@pytest.mark.parametrize("sold", ["post", "tier"])
async def test_a_refunded_redemption_closes_what_was_on_sale(
    api: PlatformApi, provider: Provider, sold: str, refund_is_first: bool
) -> None:
    post = await api.post("anna", isLocked=True, price=100)
    named = await sale(api, **({"postId": post} if sold == "post" else {"tier": "vip"}))
    if refund_is_first:
        assert await said(provider, "flash_sale.refunded") == "applied"
    else:
        assert await said(provider, "flash_sale.paid", **named) == "applied"
        assert not await is_locked(api, post)
        assert await said(provider, "flash_sale.refunded") == "applied"
        assert await said(provider, "flash_sale.refunded") == "overtaken"
    assert await said(provider, "flash_sale.paid", **named) == "overtaken"
    assert await is_locked(api, post)


@SQLITE
async def test_of_a_longer_subscription_the_refunded_period_goes(api: PlatformApi, provider: Provider) -> None:
    await api.post("anna")
    first = await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    named = await sale(api, tier="basic")
    assert await said(provider, "flash_sale.paid", **named) == "applied"
    assert await said(provider, "flash_sale.refunded") == "applied"
    [held] = (await api.ok("boris", "GET", "/api/subscriptions"))["subscriptions"]
    assert (held["validUntil"], held["isActive"]) == (first["validUntil"], True)


@SQLITE
async def test_a_refund_finds_what_was_bought_by_whatever_name(api: PlatformApi, provider: Provider) -> None:
    """A front end that was believed has said "tip"; the provider knows the payment as one for a post."""
    await api.post("anna")
    tip = {"creatorId": "anna", "amount": 1_000, "currency": "RUB", "paymentId": "pay-1"}
    await api.ok("boris", "POST", "/api/tips", tip)
    assert await said(provider, "purchase.refunded") == "applied"
    page = await api.ok("anna", "GET", "/api/tips")
    assert page["tips"][0]["refundedAt"] is not None
    assert [total["amount"] for total in page["totals"]] == [0]


@SQLITE
async def test_a_subscription_ends_although_its_payment_was_sent_for_something_else(
    api: PlatformApi, provider: Provider
) -> None:
    await api.post("anna")
    assert await provider.say(provider.subscription("paid", paymentId="pay-0")) == "applied"
    tip = {"creatorId": "anna", "amount": 1_000, "currency": "RUB", "paymentId": "pay-1"}
    await api.ok("boris", "POST", "/api/tips", tip)
    problem(await provider.deliver(provider.subscription("renewed", days=60, paymentId="pay-1")), 409)
    assert await provider.say(provider.subscription("refunded", paymentId="pay-1")) == "applied"
    [held] = (await api.ok("boris", "GET", "/api/subscriptions"))["subscriptions"]
    assert (held["status"], held["isActive"]) == ("refunded", False)


@SQLITE
async def test_a_refunded_payment_pays_for_nothing_else(api: PlatformApi, provider: Provider) -> None:
    wanted = await ways(api, "anna")
    for kind in ("message", "tip", "purchase", "auction", "flash_sale"):
        await provider.say(provider.event(f"{kind}.refunded", paymentId=f"pay-{kind}"))
        for name, way in wanted.items():
            answer = await api.send("boris", "POST", *paid_by(way, f"pay-{kind}"))
            assert answer.status_code == 409, (kind, name)


@pytest.mark.parametrize("db_url", ["postgres"], indirect=True)
async def test_paying_and_giving_back_at_once_leave_nothing_open(api: PlatformApi, provider: Provider) -> None:
    """Whoever waits for whom: no delivery fails but by a refusal, and the refund stands."""
    wanted = await ways(api, "anna")
    conversation, message_id = wanted["message"][0].split("/")[3:5]
    post, prize = wanted["purchase"][0].split("/")[3], wanted["auction"][0].split("/")[3]
    sale_id = wanted["flash sale"][0].split("/")[3]
    named: dict[str, dict[str, Any]] = {
        "message": {"conversationId": conversation, "messageId": message_id},
        "purchase": {"postId": post},
        "auction": {"postId": prize},
        "flash_sale": {"saleId": sale_id},
    }
    for kind, data in named.items():
        way = wanted[kind.replace("_", " ")]
        paid = {"userId": "boris", "paymentId": f"pay-{kind}", **data}
        answers = await asyncio.gather(
            *(provider.deliver(provider.event(f"{kind}.paid", **paid)) for _ in range(3)),
            *(provider.deliver(provider.event(f"{kind}.refunded", paymentId=f"pay-{kind}")) for _ in range(3)),
            *(api.send("boris", "POST", *paid_by(way, f"pay-{kind}")) for _ in range(3)),
            api.send("boris", "POST", *paid_by(wanted["tip"], f"pay-{kind}")),
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 409}, [each.text for each in answers]
    page = await api.ok("boris", "GET", f"/api/messages/{conversation}")
    assert page["messages"][0]["content"] is None
    subscriptions = (await api.ok("boris", "GET", "/api/subscriptions"))["subscriptions"]
    await api.ok("boris", "POST", f"/api/subscriptions/{subscriptions[0]['id']}/cancel", {"immediately": True})
    posts = (await api.ok("boris", "GET", "/api/posts"))["posts"]
    assert {each["id"]: each["locked"] for each in posts} == {each["id"]: True for each in posts}
