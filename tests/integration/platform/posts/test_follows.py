"""/api/follow, the filters of the feed, and who hears of a new post."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fanwire.platform.follows.tables import follow
from tests.integration.platform.api import PlatformApi

BOTH = pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)


async def titles(api: PlatformApi, viewer: str | None, query: str) -> list[str]:
    return [post["title"] for post in (await api.ok(viewer, "GET", f"/api/posts?{query}"))["posts"]]


async def test_following_is_told_once_and_undone_once(api: PlatformApi) -> None:
    await api.post("anna")
    await api.forget()
    for _ in range(2):
        assert await api.ok("boris", "POST", "/api/follow/anna") == {"following": True}
    assert await api.events() == [("follow_creator", {"userId": "boris", "creatorId": "anna"})]
    for _ in range(2):
        assert await api.ok("boris", "DELETE", "/api/follow/anna") == {"following": False}
    assert [function for function, _ in await api.events()] == ["follow_creator", "unfollow_creator"]
    assert await api.count(follow) == 0


async def test_nobody_follows_themselves_or_nobody(api: PlatformApi) -> None:
    await api.post("anna")
    await api.ok("clara", "PATCH", "/api/user/settings", {"bio": "no creator"})
    await api.forget()
    document = await api.refused(422, "anna", "POST", "/api/follow/anna")
    assert "themselves" in document["detail"]
    for creator in ("nobody", "clara"):
        assert creator in (await api.refused(404, "boris", "POST", f"/api/follow/{creator}"))["detail"]
    await api.refused(422, "boris", "POST", "/api/follow/a%20b")
    assert await api.events() == []
    assert await api.count(follow) == 0


async def test_the_list_goes_from_the_newest_and_loses_none(api: PlatformApi) -> None:
    creators = [f"creator{n}" for n in range(5)]
    for number, creator in enumerate(creators):
        await api.post(creator)
        await api.ok("boris", "POST", f"/api/follow/{creator}")
        api.clock.advance(number % 2)
    seen: list[dict[str, Any]] = []
    cursor = ""
    for size in (2, 2, 1):
        page = await api.ok("boris", "GET", f"/api/follow?limit=2{cursor}")
        assert len(page["follows"]) == size
        seen += page["follows"]
        cursor = f"&cursor={page['nextCursor']}"
    assert page["nextCursor"] is None
    assert {one["creatorId"] for one in seen} == set(creators)
    assert [one["createdAt"] for one in seen] == sorted((one["createdAt"] for one in seen), reverse=True)
    assert seen[0]["creator"] == {"id": "creator4", "nickname": "creator4", "avatar": None}
    assert (await api.ok("clara", "GET", "/api/follow"))["follows"] == []


async def test_the_feed_can_be_of_those_one_follows(api: PlatformApi) -> None:
    await api.post("anna", title="a")
    await api.post("clara", title="c")
    await api.post("dina", title="d")
    for creator in ("anna", "dina"):
        await api.ok("boris", "POST", f"/api/follow/{creator}")
    assert await titles(api, "boris", "following=true") == ["d", "a"]
    assert await titles(api, "boris", "following=true&creatorId=anna") == ["a"]
    assert await titles(api, "boris", "following=true&creatorId=clara") == []
    assert await titles(api, "boris", "following=false") == ["d", "c", "a"]
    assert await titles(api, "clara", "following=true") == []
    assert "Authorization" in (await api.refused(401, None, "GET", "/api/posts?following=true"))["detail"]
    await api.refused(422, "boris", "GET", "/api/posts?following=perhaps")


async def test_a_follower_reads_no_locked_post(api: PlatformApi) -> None:
    post = await api.post("anna", content="тайна", isLocked=True)
    await api.ok("boris", "POST", "/api/follow/anna")
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is True
    assert "тайна" not in (await api.send("boris", "GET", "/api/posts?following=true")).text


async def test_followers_and_subscribers_are_different_audiences(api: PlatformApi) -> None:
    """clara subscribes, boris follows, dina does both: each hears exactly what is meant."""
    await api.post("anna", title="earlier")
    for user in ("clara", "dina"):
        await api.ok(user, "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    for user in ("boris", "dina"):
        await api.ok(user, "POST", "/api/follow/anna")
    await api.applied()
    api.published.frames.clear()
    opened = await api.post("anna", title="open")
    frames = await api.applied()
    by_type = {frame["type"]: channel for channel, frame in frames if channel in ("creator:anna", "followers:anna")}
    assert by_type["feed_update"] == "followers:anna"
    assert by_type["notification"] == "creator:anna"
    assert [f["post"]["id"] for c, f in frames if c == "followers:anna"] == [opened]
    api.published.frames.clear()
    await api.post("anna", title="locked", isLocked=True)
    assert "followers:anna" not in {channel for channel, _ in await api.applied()}
    for user, items in (("boris", 0), ("clara", 2), ("dina", 2)):
        page = await api.ok(user, "GET", "/api/user/notifications")
        assert (len(page["notifications"]), page["unreadCount"]) == (items, items), user


@BOTH
async def test_racing_follows_are_one(api: PlatformApi) -> None:
    await api.post("anna")
    await api.forget()
    await asyncio.gather(*(api.ok("boris", "POST", "/api/follow/anna") for _ in range(10)))
    assert [function for function, _ in await api.events()] == ["follow_creator"]
    assert await api.count(follow) == 1
