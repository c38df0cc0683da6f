"""What exists in development only: tokens without a password, and three people."""

from __future__ import annotations

import asyncio

import pytest

from fanwire.platform import tables
from fanwire.platform.seed import seed
from fanwire.settings import Settings
from fanwire.store import tables as store
from tests.integration.platform.api import SECRET, PlatformApi


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {"client": {"token": {"hmac_secret_key": SECRET}}, "platform": {"dev": True}, "environment": "development"}
    )


async def test_tokens_for_anybody(api: PlatformApi) -> None:
    tokens = await api.ok(None, "POST", "/api/dev/token", {"userId": "boris"})
    assert set(tokens) == {"token", "connectionToken"}
    answer = await api.http.get("/api/user/settings", headers={"authorization": f"Bearer {tokens['token']}"})
    assert answer.json()["id"] == "boris"
    for body in ({}, {"userId": "bo ris"}, {"userId": ""}, {"userId": 5}):
        await api.refused(422, None, "POST", "/api/dev/token", body)


async def test_three_people_and_three_posts(api: PlatformApi) -> None:
    await seed(api.database, api.clock)
    names = {}
    for user in ("anna", "boris", "clara"):
        settings = await api.ok(user, "GET", "/api/user/settings")
        names[settings["nickname"]] = settings["isCreator"]
    assert names == {"Анна": True, "Борис": False, "Клара": False}
    seen = {user: (await api.ok(user, "GET", "/api/posts"))["posts"] for user in ("anna", "boris", "clara")}
    assert [post["locked"] for post in seen["boris"]] == [False, False, False]
    assert [post["locked"] for post in seen["clara"]] == [True, False, False]
    await api.applied()
    bell = await api.ok("boris", "GET", "/api/user/notifications")
    assert bell["unreadCount"] == 3
    assert {item["type"] for item in bell["notifications"]} == {"NEW_POST_FROM_SUBSCRIPTION"}
    assert (await api.ok("clara", "GET", "/api/user/notifications"))["unreadCount"] == 0
    assert [item["type"] for item in (await api.ok("anna", "GET", "/api/user/notifications"))["notifications"]] == [
        "NEW_SUBSCRIBER"
    ]


async def test_twice_is_the_same_as_once_and_a_lapse_is_mended(api: PlatformApi) -> None:
    await asyncio.gather(seed(api.database, api.clock), seed(api.database, api.clock))
    await api.ok("anna", "PATCH", "/api/user/settings", {"nickname": "Аня"})
    await api.forget()
    await seed(api.database, api.clock)
    assert await api.events() == []
    assert await api.count(tables.post) == 3
    assert (await api.ok("anna", "GET", "/api/user/settings"))["nickname"] == "Аня"
    api.clock.advance(31 * 86_400)
    await seed(api.database, api.clock)
    assert await api.count(tables.post) == 3
    assert await api.count(store.access) == 2
    assert (await api.ok("boris", "GET", "/api/posts"))["posts"][0]["locked"] is False
