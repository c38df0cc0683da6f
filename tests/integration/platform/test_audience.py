"""A creator's audience, and what everybody may know of a creator."""

from __future__ import annotations

from typing import Any

from tests.integration.platform.api import PlatformApi


async def pages(api: PlatformApi, path: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await api.ok("anna", "GET", f"{path}?limit=2{cursor}")
        found += page[name]
        if page["nextCursor"] is None:
            return found
        assert len(page[name]) == 2
        cursor = f"&cursor={page['nextCursor']}"


async def test_a_creator_sees_who_subscribes_and_how_it_stands(api: PlatformApi) -> None:
    await api.post("anna")
    paid = {}
    for user in ("boris", "clara", "dasha"):
        payment = {"creatorId": "anna", "tier": "premium"}
        paid[user] = await api.ok(user, "POST", "/api/subscriptions/process-payment", payment)
        api.clock.advance(1)
    await api.ok("anna", "POST", f"/api/subscriptions/{paid['clara']['id']}/refund")
    listed = await pages(api, "/api/user/subscribers", "subscribers")
    assert [one["user"]["id"] for one in listed] == ["dasha", "clara", "boris"]
    assert [one["subscription"]["status"] for one in listed] == ["active", "refunded", "active"]
    assert listed[2] == {"user": {"id": "boris", "nickname": "boris", "avatar": None}, "subscription": paid["boris"]}
    assert (await api.ok("boris", "GET", "/api/user/subscribers"))["subscribers"] == []


async def test_a_creator_sees_who_follows(api: PlatformApi) -> None:
    await api.post("anna")
    for user in ("boris", "clara", "dasha"):
        await api.ok(user, "POST", "/api/follow/anna")
        api.clock.advance(1)
    await api.ok("clara", "DELETE", "/api/follow/anna")
    listed = await pages(api, "/api/user/followers", "followers")
    assert [one["user"]["id"] for one in listed] == ["dasha", "boris"]
    assert (await api.ok("boris", "GET", "/api/user/followers"))["followers"] == []


async def test_a_creators_page_is_open_to_everybody_and_a_readers_is_not(api: PlatformApi) -> None:
    await api.post("anna")
    await api.ok("anna", "PATCH", "/api/user/settings", {"nickname": "Анна", "bio": "Рисую море."})
    await api.ok("boris", "PATCH", "/api/user/settings", {"bio": "no creator"})
    shown = {"id": "anna", "nickname": "Анна", "bio": "Рисую море.", "avatar": None}
    assert await api.ok(None, "GET", "/api/creators/anna") == shown
    for nobody in ("boris", "nobody"):
        assert nobody in (await api.refused(404, None, "GET", f"/api/creators/{nobody}"))["detail"]
