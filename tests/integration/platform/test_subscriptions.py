"""/api/subscriptions/process-payment"""

from __future__ import annotations

import asyncio
from typing import Any

from fanwire.platform import tables
from fanwire.store import tables as store
from tests.integration.platform.api import PlatformApi

PAY = "/api/subscriptions/process-payment"


async def pay(api: PlatformApi, user: str = "boris", **fields: Any) -> dict[str, Any]:
    paid: dict[str, Any] = await api.ok(user, "POST", PAY, {"creatorId": "anna", **fields})
    return paid


async def test_a_payment_subscribes_opens_and_tells_the_creator(api: PlatformApi) -> None:
    await api.post("anna")
    await api.forget()
    paid = await pay(api, tier="premium", paymentId="pay_1", amount=49_900, provider="anything")
    assert paid == {
        "id": paid["id"],
        "userId": "boris",
        "creatorId": "anna",
        "tier": "premium",
        "status": "active",
        "isActive": True,
        "createdAt": "2027-01-15T08:00:00Z",
        "validUntil": "2027-02-14T08:00:00Z",
    }
    assert await api.events() == [
        (
            "grant_access",
            {"userId": "boris", "resource": "creator:anna", "tier": "premium", "until": "2027-02-14T08:00:00Z"},
        ),
        ("notify_new_subscription", {"creatorId": "anna", "userId": "boris", "tier": "premium"}),
        (
            "send_notification",
            {
                "userId": "anna",
                "notification": {
                    "type": "NEW_SUBSCRIBER",
                    "title": "Новый подписчик",
                    "message": "boris подписался на ваш профиль",
                    "metadata": {"userId": "boris", "subscriptionId": paid["id"]},
                },
                "actor": "boris",
            },
        ),
    ]
    assert await api.count(store.access) == 1


async def test_a_renewal_prolongs_and_grants_but_is_no_new_subscriber(api: PlatformApi) -> None:
    await api.post("anna")
    first = await pay(api)
    api.clock.advance(86_400)
    await api.forget()
    second = await pay(api, tier="vip")
    assert second["id"] == first["id"]
    assert (second["tier"], second["createdAt"]) == ("vip", first["createdAt"])
    assert second["validUntil"] == "2027-03-16T08:00:00Z"
    assert [function for function, _ in await api.events()] == ["grant_access"]


async def test_coming_back_after_a_lapse_is_a_new_subscription(api: PlatformApi) -> None:
    await api.post("anna")
    first = await pay(api)
    api.clock.advance(40 * 86_400)
    await api.forget()
    second = await pay(api)
    assert second["id"] != first["id"]
    assert second["createdAt"] == "2027-02-24T08:00:00Z"
    assert second["validUntil"] == "2027-03-26T08:00:00Z"
    assert [f for f, _ in await api.events()] == ["grant_access", "notify_new_subscription", "send_notification"]


async def test_the_same_payment_again_buys_nothing_again(api: PlatformApi) -> None:
    await api.post("anna")
    first = await pay(api, paymentId="pay_1")
    await pay(api, paymentId="pay_2")
    await api.forget()
    again = await pay(api, paymentId="pay_1")
    assert again == first
    assert await api.events() == []


async def test_a_payment_cannot_be_used_for_something_else(api: PlatformApi) -> None:
    await api.post("anna")
    await api.post("clara")
    await pay(api, paymentId="pay_1")
    for user, fields in (("boris", {"creatorId": "clara"}), ("boris", {"tier": "vip"}), ("dina", {})):
        body = {"creatorId": "anna", "paymentId": "pay_1", **fields}
        document = await api.refused(409, user, "POST", PAY, body)
        assert "paymentId" in document["detail"]


async def test_racing_payments_add_up_and_make_one_new_subscriber(api: PlatformApi) -> None:
    await api.post("anna")
    await api.forget()
    paid = await asyncio.gather(*(pay(api) for _ in range(6)))
    assert len({each["id"] for each in paid}) == 1
    assert max(each["validUntil"] for each in paid) == "2027-07-14T08:00:00Z"
    functions = [function for function, _ in await api.events()]
    assert functions.count("grant_access") == 6
    assert functions.count("notify_new_subscription") == functions.count("send_notification") == 1
    assert await api.count(tables.subscription) == 1


async def test_nobody_subscribes_to_themselves_or_to_nobody(api: PlatformApi) -> None:
    await api.post("anna")
    await api.ok("clara", "PATCH", "/api/user/settings", {"bio": "no creator"})
    await api.forget()
    await api.refused(422, "anna", "POST", PAY, {"creatorId": "anna"})
    for creator in ("nobody", "clara"):
        document = await api.refused(404, "boris", "POST", PAY, {"creatorId": creator})
        assert creator in document["detail"]
    assert await api.events() == []
    assert await api.count(tables.payment) == 0
