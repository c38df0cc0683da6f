"""/api/tips"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fanwire.platform.tips.tables import tip
from tests.integration.platform.api import PlatformApi

TIPS = "/api/tips"
TIP: dict[str, Any] = {"creatorId": "anna", "amount": 50_000, "currency": "RUB", "paymentId": "pay_1"}


@pytest.fixture
async def anna(api: PlatformApi) -> PlatformApi:
    await api.post("anna")
    await api.forget()
    return api


async def notifications(api: PlatformApi) -> tuple[list[dict[str, Any]], int]:
    await api.applied()
    listed = await api.ok("anna", "GET", "/api/user/notifications")
    return listed["notifications"], listed["unreadCount"]


async def test_a_tip_is_told_to_its_receiver(anna: PlatformApi) -> None:
    given = await anna.ok("boris", "POST", TIPS, {**TIP, "message": "За море!", "provider": "anything"})
    assert given == {
        "id": given["id"],
        "paymentId": "pay_1",
        "userId": "boris",
        "creatorId": "anna",
        "amount": 50_000,
        "currency": "RUB",
        "message": "За море!",
        "postId": None,
        "createdAt": "2027-01-15T08:00:00Z",
        "refundedAt": None,
    }
    frames = await anna.applied()
    assert {channel for channel, _ in frames} == {"notifications:anna", "feed:anna"}
    (earned,) = [frame for channel, frame in frames if channel == "feed:anna"]
    assert earned == {
        "type": "earnings_updated",
        "source": "tip",
        "paymentId": "pay_1",
        "amount": 50_000,
        "currency": "RUB",
        "total": 50_000,
        "version": earned["version"],
    }
    (item,), unread = await notifications(anna)
    assert unread == 1
    assert (item["type"], item["title"], item["message"]) == ("TIP_RECEIVED", "Новые чаевые", "boris: За море!")
    assert item["metadata"] == {"paymentId": "pay_1", "userId": "boris", "amount": 50_000, "currency": "RUB"}
    page = await anna.ok("anna", "GET", TIPS)
    assert page["tips"] == [{**given, "user": {"id": "boris", "nickname": "boris", "avatar": None}}]
    assert page["totals"] == [{"currency": "RUB", "amount": 50_000}]
    assert (await anna.ok("boris", "GET", TIPS))["tips"] == []


async def test_one_payment_is_one_tip_whatever_is_sent(anna: PlatformApi) -> None:
    told = await asyncio.gather(*(anna.ok("boris", "POST", TIPS, TIP) for _ in range(6)))
    assert len({each["id"] for each in told}) == 1
    assert await anna.count(tip) == 1
    assert [function for function, _ in await anna.events()] == ["send_notification", "notify_tip"]
    for user, change in (("clara", {}), ("boris", {"amount": 1_000}), ("boris", {"currency": "USD"})):
        document = await anna.refused(409, user, "POST", TIPS, {**TIP, **change})
        assert "paymentId" in document["detail"]
    assert (await anna.ok("anna", "GET", TIPS))["totals"] == [{"currency": "RUB", "amount": 50_000}]


async def test_a_refund_retracts_even_what_was_read(anna: PlatformApi) -> None:
    await anna.ok("boris", "POST", TIPS, {**TIP, "amount": 100, "paymentId": "pay_0"})
    given = await anna.ok("boris", "POST", TIPS, TIP)
    items, _ = await notifications(anna)
    await anna.ok("anna", "PATCH", "/api/user/notifications", {"notificationId": items[0]["id"]})
    anna.published.frames.clear()
    path = f"{TIPS}/{given['id']}/refund"
    assert (await anna.ok("anna", "POST", path))["refundedAt"] == "2027-01-15T08:00:00Z"
    items, unread = await notifications(anna)
    assert ([item["metadata"]["paymentId"] for item in items], unread) == (["pay_0"], 1)
    feed = [frame for channel, frame in anna.published.frames if channel == "feed:anna"]
    assert [(frame["amount"], frame["total"]) for frame in feed] == [(-50_000, 100)]
    # Neither a second refund nor a late repeat of the tip says anything.
    await anna.forget()
    again = await anna.ok("anna", "POST", path)
    assert again["refundedAt"] == "2027-01-15T08:00:00Z"
    assert (await anna.ok("boris", "POST", TIPS, TIP))["refundedAt"] is not None
    assert await anna.events() == []


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_only_the_receiver_gives_it_back(anna: PlatformApi) -> None:
    given = await anna.ok("boris", "POST", TIPS, TIP)
    await anna.forget()
    path = f"{TIPS}/{given['id']}/refund"
    await anna.refused(403, "boris", "POST", path)
    await anna.refused(404, "clara", "POST", path)
    await anna.refused(404, "anna", "POST", f"{TIPS}/none/refund")
    assert await anna.events() == []


REFUSED: tuple[tuple[dict[str, Any], int, str, str], ...] = (
    ({"amount": 0}, 422, "amount-out-of-limits", "from 100 to 10000000"),
    ({"amount": -500}, 422, "amount-out-of-limits", "-500"),
    ({"amount": 99}, 422, "amount-out-of-limits", "platform.tips.min_amount"),
    ({"amount": 10_000_001}, 422, "amount-out-of-limits", "10000001"),
    ({"amount": 2**53}, 422, "invalid", "body.amount"),
    ({"amount": 499.99}, 422, "invalid", "body.amount"),
    ({"amount": 500.0}, 422, "invalid", "body.amount"),
    ({"amount": "500"}, 422, "invalid", "body.amount"),
    ({"amount": True}, 422, "invalid", "body.amount"),
    ({"currency": "XTS"}, 422, "unknown-currency", "RUB, USD"),
    ({"currency": "rub"}, 422, "invalid", "body.currency"),
    ({"paymentId": None}, 422, "invalid", "body.paymentId"),
    ({"message": "x" * 501}, 422, "invalid", "body.message"),
    ({"message": "\x00"}, 422, "invalid", "body.message"),
    ({"creatorId": "boris"}, 422, "tip-to-oneself", "somebody else"),
    ({"creatorId": None, "toUserId": "boris"}, 422, "tip-to-oneself", "somebody else"),
    ({"creatorId": None}, 422, "invalid", "toUserId"),
    ({"toUserId": "anna"}, 422, "invalid", "toUserId"),
    ({"creatorId": "nobody"}, 404, "missing", "creator 'nobody'"),
    ({"creatorId": None, "toUserId": "nobody"}, 404, "missing", "user 'nobody'"),
    ({"postId": "nothing"}, 404, "missing", "no post 'nothing'"),
)


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_what_is_no_tip_is_refused(anna: PlatformApi) -> None:
    for change, status, slug, told in REFUSED:
        document = await anna.refused(status, "boris", "POST", TIPS, {**TIP, **change})
        assert document["type"] == f"urn:fanwire:problem:{slug}", change
        assert told in document["detail"], change
    assert await anna.count(tip) == 0
    assert await anna.events() == []
    # The payment was not used up by the refusals.
    await anna.ok("boris", "POST", TIPS, TIP)


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_who_is_blocked_tips_nobody(anna: PlatformApi) -> None:
    await anna.ok("boris", "GET", TIPS)
    await anna.ok("boris", "PATCH", "/api/user/settings", {"bio": "!"})
    await anna.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    await anna.forget()
    document = await anna.refused(403, "boris", "POST", TIPS, TIP)
    assert document["type"] == "urn:fanwire:problem:blocked"
    assert await anna.count(tip) == 0
    assert await anna.events() == []


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_megabyte_of_text_is_refused(anna: PlatformApi) -> None:
    await anna.refused(413, "boris", "POST", TIPS, {**TIP, "message": "я" * 1_048_576})
    await anna.refused(422, "boris", "POST", TIPS, {**TIP, "message": "x" * 1_000_000})
    assert await anna.count(tip) == 0


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_tip_can_be_for_a_post_and_for_anybody(anna: PlatformApi) -> None:
    post = await anna.post("anna")
    await anna.ok("boris", "POST", TIPS, {**TIP, "postId": post})
    (item,), _ = await notifications(anna)
    assert (item["metadata"]["postId"], item["message"]) == (post, "boris оставил чаевые")
    await anna.refused(404, "anna", "POST", TIPS, {**TIP, "creatorId": "boris", "paymentId": "pay_2"})
    to_boris = {**TIP, "creatorId": None, "toUserId": "boris", "paymentId": "pay_2"}
    assert (await anna.ok("anna", "POST", TIPS, to_boris))["creatorId"] == "boris"


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_keys_make_it_repeatable_and_pages_go_on(anna: PlatformApi) -> None:
    first = await anna.send("boris", "POST", TIPS, TIP, key="k")
    again = await anna.send("boris", "POST", TIPS, TIP, key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    path = f"{TIPS}/{first.json()['id']}/refund"
    refunds = [await anna.send("anna", "POST", path, key="r") for _ in range(2)]
    assert refunds[0].content == refunds[1].content
    for n in range(2, 5):
        anna.clock.advance(1)
        await anna.ok("boris", "POST", TIPS, {**TIP, "paymentId": f"pay_{n}", "currency": "USD" if n == 2 else "RUB"})
    page = await anna.ok("anna", "GET", f"{TIPS}?limit=3")
    rest = await anna.ok("anna", "GET", f"{TIPS}?limit=3&cursor={page['nextCursor']}")
    assert [each["paymentId"] for each in page["tips"] + rest["tips"]] == ["pay_4", "pay_3", "pay_2", "pay_1"]
    assert rest["nextCursor"] is None
    assert rest["totals"] == [{"currency": "RUB", "amount": 100_000}, {"currency": "USD", "amount": 50_000}]
