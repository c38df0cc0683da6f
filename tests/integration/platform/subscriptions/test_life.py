"""/api/subscriptions after the first payment: renewed, cancelled, refunded, moved, listed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from fanwire.access.directory import SqlDirectory
from fanwire.access.facts import Facts
from fanwire.errors import PermissionDenied
from fanwire.gateway.wiring.access import PostAccess
from fanwire.platform import tables
from fanwire.platform.directory import POST_QUERY
from tests.integration.platform.api import PlatformApi

MINE = "/api/subscriptions"
MONTH = 30 * 86_400


@pytest.fixture
async def paid(api: PlatformApi) -> dict[str, Any]:
    """boris's premium subscription to anna."""
    await api.post("anna")
    body = {"creatorId": "anna", "tier": "premium", "paymentId": "pay_1"}
    bought: dict[str, Any] = await api.ok("boris", "POST", f"{MINE}/process-payment", body)
    await api.forget()
    return bought


async def ask(api: PlatformApi, paid: dict[str, Any], step: str, body: Any = None, user: str = "boris") -> Any:
    body = {} if body is None and step in {"renew", "cancel"} else body
    return await api.ok(user, "POST", f"{MINE}/{paid['id']}/{step}", body)


async def told(api: PlatformApi) -> list[tuple[str, Any]]:
    """What was said since the last time: the function, and the reason or tier and end."""
    said = [(f, e.get("reason") or (e.get("tier"), e.get("until"))) for f, e in await api.events()]
    await api.forget()
    return said


async def opens(api: PlatformApi, tier: str) -> bool:
    """Whether boris may read a post of anna's for ``tier``."""
    post = await api.post("anna", isLocked=True, minSubscriptionTier=tier)
    await api.forget()
    return (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is False


async def test_renewing_adds_a_period_and_undoes_a_cancellation(api: PlatformApi, paid: dict[str, Any]) -> None:
    assert (await ask(api, paid, "cancel"))["status"] == "ending"
    renewed = await ask(api, paid, "renew", {"paymentId": "pay_2"})
    assert renewed == {**paid, "status": "active", "validUntil": "2027-03-16T08:00:00Z"}
    assert await told(api) == [("grant_access", ("premium", "2027-03-16T08:00:00Z"))]
    assert await ask(api, paid, "renew", {"paymentId": "pay_2"}) == renewed
    assert await told(api) == []
    document = await api.refused(
        409, "clara", "POST", f"{MINE}/process-payment", {"creatorId": "anna", "paymentId": "pay_2"}
    )
    assert "paymentId" in document["detail"]


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_cancelled_one_stays_open_until_its_end(api: PlatformApi, paid: dict[str, Any]) -> None:
    ending = await ask(api, paid, "cancel")
    assert ending == {**paid, "status": "ending"}
    assert await ask(api, paid, "cancel") == ending
    assert await told(api) == []
    assert await opens(api, "premium")
    api.clock.advance(MONTH)
    (shown,) = (await api.ok("boris", "GET", MINE))["subscriptions"]
    assert (shown["status"], shown["isActive"]) == ("expired", False)
    assert not await opens(api, "basic")


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_cancelled_at_once_it_is_over(api: PlatformApi, paid: dict[str, Any]) -> None:
    api.clock.advance(60)
    over = await ask(api, paid, "cancel", {"immediately": True})
    assert over == {**paid, "status": "cancelled", "isActive": False, "validUntil": "2027-01-15T08:01:00Z"}
    assert await told(api) == [("revoke_access", "cancelled")]
    assert not await opens(api, "basic")
    # The creator may give the money back later; nothing is left to be revoked.
    assert (await ask(api, paid, "refund", user="anna"))["status"] == "refunded"
    assert await told(api) == []


async def test_a_refund_by_the_creator_ends_it(api: PlatformApi, paid: dict[str, Any]) -> None:
    document = await api.refused(403, "boris", "POST", f"{MINE}/{paid['id']}/refund")
    assert "creator" in document["detail"]
    refunded = await ask(api, paid, "refund", user="anna")
    assert refunded == {**paid, "status": "refunded", "isActive": False, "validUntil": "2027-01-15T08:00:00Z"}
    assert await told(api) == [("revoke_access", "refunded")]
    # The payment that was given back opens nothing when it is sent again.
    body = {"creatorId": "anna", "tier": "premium", "paymentId": "pay_1"}
    again = await api.ok("boris", "POST", f"{MINE}/process-payment", body)
    assert again == refunded
    assert await told(api) == []


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_up_and_down_at_once(api: PlatformApi, paid: dict[str, Any]) -> None:
    assert not await opens(api, "vip")
    assert await ask(api, paid, "upgrade", {"tier": "vip"}) == {**paid, "tier": "vip"}
    assert await told(api) == [("grant_access", ("vip", paid["validUntil"]))]
    assert await opens(api, "vip")
    assert await ask(api, paid, "downgrade", {"tier": "basic"}) == {**paid, "tier": "basic"}
    assert await told(api) == [("grant_access", ("basic", paid["validUntil"]))]
    assert not await opens(api, "premium")
    assert await opens(api, "basic")


@pytest.mark.parametrize(
    ("user", "step", "body", "reason"),
    [
        ("boris", "downgrade", {"tier": "basic"}, "downgraded"),
        ("boris", "cancel", {"immediately": True}, "cancelled"),
        ("anna", "refund", None, "refunded"),
    ],
)
@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_a_channel_that_closes_says_why(
    api: PlatformApi, paid: dict[str, Any], user: str, step: str, body: Any, reason: str
) -> None:
    post = await api.post("anna", isLocked=True, minSubscriptionTier="premium")
    access = PostAccess(SqlDirectory(api.database, POST_QUERY), Facts(api.database, api.clock))
    allowed = await access.authorize("boris", f"post:{post}")
    assert allowed.until == datetime(2027, 2, 14, 8, tzinfo=UTC)
    await ask(api, paid, step, body, user)
    with pytest.raises(PermissionDenied) as denied:
        await access.authorize("boris", f"post:{post}")
    assert denied.value.reason == reason


@pytest.mark.parametrize(("step", "tier"), [("upgrade", "premium"), ("upgrade", "basic"), ("downgrade", "vip")])
@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_up_is_up_and_down_is_down(api: PlatformApi, paid: dict[str, Any], step: str, tier: str) -> None:
    document = await api.refused(409, "boris", "POST", f"{MINE}/{paid['id']}/{step}", {"tier": tier})
    assert document["type"] == "urn:fanwire:problem:wrong-state"
    assert f"going to '{tier}' is no {step}" in document["detail"]
    assert await told(api) == []


@pytest.mark.parametrize("end", ["cancelled", "refunded", "expired"])
@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_what_is_over_takes_no_further_step_but_a_new_payment(
    api: PlatformApi, paid: dict[str, Any], end: str
) -> None:
    if end == "expired":
        api.clock.advance(MONTH)
    elif end == "cancelled":
        await ask(api, paid, "cancel", {"immediately": True})
    else:
        await ask(api, paid, "refund", user="anna")
    await api.forget()
    payments = await api.count(tables.payment)
    steps: list[tuple[str, Any]] = [
        ("renew", {"paymentId": "pay_2"}),
        ("cancel", {}),
        ("cancel", {"immediately": True}),
        ("upgrade", {"tier": "vip"}),
        ("downgrade", {"tier": "basic"}),
    ]
    for step, body in steps:
        document = await api.refused(409, "boris", "POST", f"{MINE}/{paid['id']}/{step}", body)
        assert document["type"] == "urn:fanwire:problem:wrong-state"
        assert f"is {end}" in document["detail"]
    assert await told(api) == []
    assert await api.count(tables.payment) == payments
    body = {"creatorId": "anna", "paymentId": "pay_2"}
    fresh = await api.ok("boris", "POST", f"{MINE}/process-payment", body)
    assert fresh["id"] != paid["id"]
    assert (fresh["status"], fresh["tier"]) == ("active", "basic")
    assert [function for function, _ in await told(api)] == [
        "grant_access",
        "notify_new_subscription",
        "send_notification",
    ]
    # The old one is gone by its id.
    await api.refused(404, "boris", "POST", f"{MINE}/{paid['id']}/cancel", {})


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_somebody_elses_is_nobodys_business(api: PlatformApi, paid: dict[str, Any]) -> None:
    bodies: dict[str, Any] = {
        "renew": {},
        "cancel": {},
        "refund": None,
        "upgrade": {"tier": "vip"},
        "downgrade": {"tier": "basic"},
    }
    for step, body in bodies.items():
        await api.refused(404, "clara", "POST", f"{MINE}/{paid['id']}/{step}", body)
        await api.refused(404, "boris", "POST", f"{MINE}/none/{step}", body)
        await api.refused(401, None, "POST", f"{MINE}/{paid['id']}/{step}", body)
    await api.refused(422, "boris", "POST", f"{MINE}/{paid['id']}/upgrade", {"tier": "gold"})
    await api.refused(422, "boris", "POST", f"{MINE}/{paid['id']}/cancel", {"immediatly": True})
    assert await told(api) == []


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_who_is_blocked_pays_for_nothing(api: PlatformApi, paid: dict[str, Any]) -> None:
    await api.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    await api.forget()
    body = {"creatorId": "anna", "paymentId": "pay_2"}
    for path, said in ((f"{MINE}/process-payment", body), (f"{MINE}/{paid['id']}/renew", {"paymentId": "pay_2"})):
        document = await api.refused(403, "boris", "POST", path, said)
        assert document["type"] == "urn:fanwire:problem:blocked"
    assert await told(api) == []
    assert await api.count(tables.payment) == 1


async def test_racing_steps_leave_one_state_and_its_access(api: PlatformApi, paid: dict[str, Any]) -> None:
    path = f"{MINE}/{paid['id']}"
    answers = await asyncio.gather(
        api.send("boris", "POST", f"{path}/cancel", {"immediately": True}),
        api.send("anna", "POST", f"{path}/refund"),
        api.send("boris", "POST", f"{path}/renew", {}),
        api.send("boris", "POST", f"{path}/cancel", {"immediately": True}),
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    (shown,) = (await api.ok("boris", "GET", MINE))["subscriptions"]
    assert shown["status"] == "refunded"
    assert [function for function, _ in await told(api)].count("revoke_access") == 1
    assert not await opens(api, "basic")


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_keys_make_each_step_repeatable(api: PlatformApi, paid: dict[str, Any]) -> None:
    steps: list[tuple[str, str, Any]] = [
        ("boris", "renew", {}),
        ("boris", "upgrade", {"tier": "vip"}),
        ("boris", "downgrade", {"tier": "basic"}),
        ("boris", "cancel", {"immediately": True}),
        ("anna", "refund", None),
    ]
    for user, step, body in steps:
        path = f"{MINE}/{paid['id']}/{step}"
        first, again = [await api.send(user, "POST", path, body, key="k") for _ in range(2)]
        assert (first.status_code, first.content) == (200, again.content)
        assert again.headers["idempotency-replayed"] == "true"
    assert [f for f, _ in await told(api)] == ["grant_access", "grant_access", "grant_access", "revoke_access"]


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)
async def test_the_list_is_ones_own_and_goes_on(api: PlatformApi, paid: dict[str, Any]) -> None:
    for creator in ("clara", "dina"):
        await api.post(creator)
        api.clock.advance(1)
        await api.ok("boris", "POST", f"{MINE}/process-payment", {"creatorId": creator})
    page = await api.ok("boris", "GET", f"{MINE}?limit=2")
    rest = await api.ok("boris", "GET", f"{MINE}?limit=2&cursor={page['nextCursor']}")
    listed = page["subscriptions"] + rest["subscriptions"]
    assert [each["creatorId"] for each in listed] == ["dina", "clara", "anna"]
    assert listed[-1] == paid
    assert rest["nextCursor"] is None
    assert (await api.ok("anna", "GET", MINE))["subscriptions"] == []
    await api.refused(401, None, "GET", MINE)
