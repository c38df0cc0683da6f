"""/api/flash-sales"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from fanwire.clock import utc
from fanwire.platform.flash_sales import tables
from tests.integration.platform.api import PlatformApi

SALES = "/api/flash-sales"


async def planned(api: PlatformApi, *, starts: float = 60, ends: float = 3_660, **fields: Any) -> dict[str, Any]:
    """A sale of anna's premium tier from now + ``starts`` to now + ``ends`` seconds."""
    await api.post("anna")
    body = {"tier": "premium", "percent": 30, "maxRedemptions": 2, **times(api, starts, ends), **fields}
    answer: dict[str, Any] = await api.ok("anna", "POST", SALES, body)
    await api.forget()
    return answer


def times(api: PlatformApi, starts: float, ends: float) -> dict[str, str]:
    now = utc(api.clock)
    return {
        "startsAt": (now + timedelta(seconds=starts)).isoformat(),
        "endsAt": (now + timedelta(seconds=ends)).isoformat(),
    }


async def redeem(api: PlatformApi, sale: dict[str, Any], user: str, **body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await api.ok(user, "POST", f"{SALES}/{sale['id']}/redeem", body)
    return answer


async def refused(api: PlatformApi, status: int, user: str, sale: dict[str, Any], method: str = "POST") -> str:
    body: dict[str, Any] | None = {} if method == "POST" else None
    return str((await api.refused(status, user, method, f"{SALES}/{sale['id']}/redeem", body))["type"])


async def remaining(api: PlatformApi) -> int:
    return int((await api.ok(None, "GET", SALES))["sales"][0]["remaining"])


async def functions(api: PlatformApi) -> list[str]:
    return [function for function, _ in await api.events()]


@pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
async def test_a_sale_is_planned_begins_is_redeemed_and_ends(api: PlatformApi) -> None:
    sale = await planned(api)
    assert sale == {
        "id": sale["id"],
        "creatorId": "anna",
        "tier": "premium",
        "postId": None,
        "percent": 30,
        "price": None,
        "discountedPrice": None,
        "currency": None,
        "startsAt": "2027-01-15T08:01:00Z",
        "endsAt": "2027-01-15T09:01:00Z",
        "maxRedemptions": 2,
        "remaining": 2,
        "status": "upcoming",
        "serverNow": "2027-01-15T08:00:00Z",
    }
    await api.fire()
    assert await api.events() == []
    api.clock.advance(60)
    await api.fire()
    await redeem(api, sale, "boris")
    api.clock.advance(3_600)
    await api.fire()
    said = {
        "id": sale["id"],
        "creatorId": "anna",
        "tier": "premium",
        "percent": 30,
        "startsAt": "2027-01-15T08:01:00Z",
        "endsAt": "2027-01-15T09:01:00Z",
        "maxRedemptions": 2,
    }
    # The reservation that was not paid for went back before the end.
    assert await api.events() == [
        ("notify_flash_sale_started", {"sale": {**said, "remaining": 2}}),
        ("notify_flash_sale_updated", {"sale": {**said, "remaining": 1}}),
        ("notify_flash_sale_updated", {"sale": {**said, "remaining": 2}}),
        ("notify_flash_sale_ended", {"sale": {**said, "remaining": 2}}),
    ]
    types = [data["type"] for channel, data in await api.applied() if channel == "creator:anna"]
    # Of the counts only the newest needs to leave.
    assert (types[0], types[-1]) == ("flash_sale_started", "flash_sale_ended")


async def test_a_sale_that_begins_at_once_and_ends_before_its_start_was_told_is_told_to_be_over(
    api: PlatformApi,
) -> None:
    """No process was there to tell it: a late start after the end would be a lie."""
    await planned(api, starts=0, ends=10)
    api.clock.advance(100)
    await api.fire()
    assert await functions(api) == ["notify_flash_sale_started", "notify_flash_sale_ended"]
    await api.fire()
    assert len(await api.events()) == 2


@pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
async def test_one_user_redeems_once_however_often_they_ask(api: PlatformApi) -> None:
    sale = await planned(api, starts=0)
    first = await redeem(api, sale, "boris")
    assert first == {
        "id": first["id"],
        "saleId": sale["id"],
        "userId": "boris",
        "status": "reserved",
        "percent": 30,
        "amount": None,
        "currency": None,
        "createdAt": "2027-01-15T08:00:00Z",
        "expiresAt": "2027-01-15T08:10:00Z",
        "paymentId": None,
    }
    again = await asyncio.gather(*(redeem(api, sale, "boris") for _ in range(5)))
    assert again == [first] * 5
    assert await remaining(api) == 1
    assert await functions(api) == ["notify_flash_sale_updated"]


async def test_a_paid_redemption_opens_what_was_sold_and_never_goes_back(api: PlatformApi) -> None:
    sale = await planned(api, starts=0)
    await redeem(api, sale, "boris")
    paid = await redeem(api, sale, "boris", paymentId="pay_1")
    assert (paid["status"], paid["paymentId"], paid["expiresAt"]) == ("paid", "pay_1", None)
    assert "grant_access" in await functions(api)
    await api.forget()
    assert await redeem(api, sale, "boris", paymentId="pay_1") == paid
    api.clock.advance(3_600)
    await api.fire()
    assert "notify_flash_sale_updated" not in await functions(api)
    assert await refused(api, 409, "boris", sale, "DELETE") == "urn:fanwire:problem:redemption-paid"


async def test_a_post_on_sale_is_bought_for_less(api: PlatformApi) -> None:
    post = await api.post("anna", isLocked=True, price=49_900)
    sale = await planned(api, starts=0, tier=None, postId=post)
    assert (sale["price"], sale["discountedPrice"], sale["currency"]) == (49_900, 34_930, "RUB")
    paid = await redeem(api, sale, "boris", paymentId="pay_1")
    assert (paid["amount"], paid["currency"]) == (34_930, "RUB")
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is False
    told = [payload for function, payload in await api.events() if function == "send_notification"]
    assert [(each["userId"], each["notification"]["type"]) for each in told] == [("anna", "POST_PURCHASE")]
    assert told[0]["notification"]["metadata"]["amount"] == 34_930


@pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
async def test_an_unpaid_reservation_goes_back_and_the_next_one_has_it(api: PlatformApi) -> None:
    sale = await planned(api, starts=0, maxRedemptions=1)
    await redeem(api, sale, "boris")
    assert await refused(api, 409, "clara", sale) == "urn:fanwire:problem:sold-out"
    api.clock.advance(600)
    await api.fire()
    await redeem(api, sale, "clara")
    assert await remaining(api) == 0
    assert await api.ok("clara", "DELETE", f"{SALES}/{sale['id']}/redeem") == {"success": True}
    assert await remaining(api) == 1
    assert await refused(api, 404, "clara", sale, "DELETE") == "urn:fanwire:problem:missing"


async def test_refusals_write_nothing_and_tell_nobody(api: PlatformApi) -> None:
    sale = await planned(api, maxRedemptions=1)
    assert await refused(api, 409, "boris", sale) == "urn:fanwire:problem:sale-not-started"
    assert await refused(api, 403, "anna", sale) == "urn:fanwire:problem:own-sale"
    assert await refused(api, 404, "boris", {"id": "unknown"}) == "urn:fanwire:problem:missing"
    api.clock.advance(3_660)
    # The end counts by the time, whether a timer has told it or not.
    assert await refused(api, 409, "boris", sale) == "urn:fanwire:problem:sale-ended"
    assert await api.events() == []
    assert await api.count(tables.redemption) == 0


async def test_who_is_blocked_redeems_nothing(api: PlatformApi) -> None:
    sale = await planned(api, starts=0)
    await api.post("boris")
    await api.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    await api.forget()
    assert await refused(api, 403, "boris", sale) == "urn:fanwire:problem:blocked"
    assert await api.events() == []
    assert await api.count(tables.redemption) == 0


async def test_a_payment_that_paid_for_something_else_pays_for_no_redemption(api: PlatformApi) -> None:
    sale, other = await planned(api, starts=0), await planned(api, starts=0, tier="vip")
    await redeem(api, sale, "boris", paymentId="pay_1")
    await api.forget()
    for user, target in (("boris", other), ("clara", sale)):
        await api.refused(409, user, "POST", f"{SALES}/{target['id']}/redeem", {"paymentId": "pay_1"})
    assert await api.events() == []
    assert await api.count(tables.redemption) == 1


async def test_a_sale_that_cannot_be_is_refused_and_nothing_is_kept(api: PlatformApi) -> None:
    await api.post("anna")
    await api.forget()
    body = {"tier": "premium", "percent": 30, "maxRedemptions": 2, **times(api, 60, 3_660)}
    for wrong in ({"percent": 91}, {"endsAt": body["startsAt"]}, {"maxRedemptions": 0}, times(api, -100, -50)):
        document = await api.refused(422, "anna", "POST", SALES, {**body, **wrong})
        assert document["type"] == "urn:fanwire:problem:invalid"
    assert await api.count(tables.sale) == 0
    assert await api.events() == []


async def test_only_a_creator_sells_and_only_what_is_theirs_and_for_sale(api: PlatformApi) -> None:
    locked = await api.post("anna", isLocked=True, price=100)
    opened = await api.post("anna")
    body = {"percent": 30, "maxRedemptions": 2, **times(api, 60, 3_660)}
    await api.refused(403, "boris", "POST", SALES, {**body, "tier": "vip"})
    await api.refused(403, "boris", "POST", SALES, {**body, "postId": locked})
    await api.refused(404, "anna", "POST", SALES, {**body, "postId": "unknown"})
    document = await api.refused(409, "anna", "POST", SALES, {**body, "postId": opened})
    assert document["type"] == "urn:fanwire:problem:not-for-sale"
    assert await api.count(tables.sale) == 0


async def test_the_list_shows_what_runs_or_is_planned_the_next_end_first(api: PlatformApi) -> None:
    late = await planned(api, starts=0, ends=500)
    soon = await planned(api, starts=0, ends=100)
    later = await planned(api, starts=50, ends=300)

    async def listed(query: str = "") -> list[str]:
        return [sale["id"] for sale in (await api.ok(None, "GET", f"{SALES}{query}"))["sales"]]

    assert await listed() == [soon["id"], later["id"], late["id"]]
    assert await listed("?status=active") == [soon["id"], late["id"]]
    assert await listed("?status=upcoming") == [later["id"]]
    assert await listed("?creatorId=clara") == []
    first = await api.ok(None, "GET", f"{SALES}?creatorId=anna&limit=2")
    rest = await api.ok(None, "GET", f"{SALES}?creatorId=anna&limit=2&cursor={first['nextCursor']}")
    assert [sale["id"] for sale in rest["sales"]] == [late["id"]]
    assert rest["nextCursor"] is None
    api.clock.advance(100)
    assert await listed() == [later["id"], late["id"]]


@pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
async def test_many_buyers_at_once_never_buy_one_too_many(api: PlatformApi) -> None:
    sale = await planned(api, starts=0, maxRedemptions=7)
    answers = await asyncio.gather(
        *(api.send(f"fan{n}", "POST", f"{SALES}/{sale['id']}/redeem", {}) for n in range(40))
    )
    assert Counter(answer.status_code for answer in answers) == {200: 7, 409: 33}
    assert await api.count(tables.redemption) == 7
    left = [payload["sale"]["remaining"] for _, payload in await api.events()]
    assert left == [6, 5, 4, 3, 2, 1, 0]
