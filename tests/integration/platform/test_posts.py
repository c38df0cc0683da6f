"""/api/posts"""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from fanwire.events.access import grant_access, revoke_access
from fanwire.platform import posts, tables
from tests.integration.platform.api import PlatformApi


async def test_publishing_answers_the_post_and_tells_of_it_once(api: PlatformApi) -> None:
    body = {"title": "Утро", "content": "текст", "images": ["https://img.example/1.jpg"], "isLocked": False}
    answer = await api.send("anna", "POST", "/api/posts", body)
    assert answer.status_code == 201
    post = answer.json()
    assert post == {
        "id": post["id"],
        "creatorId": "anna",
        "creator": {"id": "anna", "nickname": "anna", "avatar": None},
        "title": "Утро",
        "content": "текст",
        "images": ["https://img.example/1.jpg"],
        "isLocked": False,
        "locked": False,
        "minSubscriptionTier": None,
        "price": None,
        "currency": "RUB",
        "likesCount": 0,
        "commentsCount": 0,
        "isLiked": False,
        "isPurchased": False,
        "createdAt": "2027-01-15T08:00:00Z",
        "updatedAt": None,
    }
    [(function, payload)] = await api.events()
    assert function == "notify_new_post"
    assert payload["post"]["id"] == post["id"]
    assert payload["post"]["isLocked"] is False
    assert payload["title"] == "Новый пост"
    assert payload["message"] == "anna опубликовал новый пост"
    assert await api.ok(None, "GET", f"/api/posts/{post['id']}") == post


async def test_publishing_makes_a_creator(api: PlatformApi) -> None:
    assert (await api.ok("anna", "GET", "/api/user/settings"))["isCreator"] is False
    await api.post("anna")
    assert (await api.ok("anna", "GET", "/api/user/settings"))["isCreator"] is True


async def test_a_locked_post_gives_only_its_teaser_to_those_without_access(api: PlatformApi) -> None:
    picture = "https://img.example/secret.jpg"
    post = await api.post(content="тайна", images=[picture], isLocked=True, minSubscriptionTier="premium", price=49_900)
    for viewer in (None, "boris"):
        answer = await api.send(viewer, "GET", f"/api/posts/{post}")
        assert "тайна" not in answer.text
        assert picture not in answer.text
        teaser = answer.json()
        assert (teaser["locked"], teaser["content"], teaser["images"]) == (True, None, [])
        assert (teaser["title"], teaser["minSubscriptionTier"], teaser["price"]) == ("Привет", "premium", 49_900)
        assert (await api.ok(viewer, "GET", "/api/posts"))["posts"] == [teaser]
    own = await api.ok("anna", "GET", f"/api/posts/{post}")
    assert (own["locked"], own["content"], own["images"]) == (False, "тайна", [picture])


@pytest.mark.parametrize(("tier", "opens"), [("basic", False), ("premium", True), ("vip", True)])
async def test_a_subscription_of_the_tier_or_a_higher_one_opens_it_until_it_lapses(
    api: PlatformApi, tier: str, opens: bool
) -> None:
    post = await api.post(content="тайна", isLocked=True, minSubscriptionTier="premium")
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna", "tier": tier})
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is not opens
    assert (await api.send("boris", "POST", f"/api/posts/{post}/like")).status_code == (200 if opens else 403)
    api.clock.advance(30 * 86_400)
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["locked"] is True
    await api.refused(403, "boris", "GET", f"/api/posts/{post}/comments")


async def test_access_that_fanwire_was_told_to_end_or_give_counts_here_too(api: PlatformApi) -> None:
    """The socket asks the same facts by the same rule: a refund closes both, a purchase opens both."""
    post = await api.post(content="тайна", isLocked=True)
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    async with api.database.write.begin() as connection:
        await revoke_access("boris", "creator:anna", reason="refunded", session=connection)
        await grant_access("clara", f"post:{post}", session=connection)
    assert "тайна" not in (await api.send("boris", "GET", "/api/posts")).text
    await api.refused(403, "boris", "POST", f"/api/posts/{post}/like")
    assert (await api.ok("clara", "GET", f"/api/posts/{post}"))["content"] == "тайна"
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["content"] == "тайна"


async def test_naming_a_tier_or_a_price_locks_unless_it_is_said_otherwise(api: PlatformApi) -> None:
    body = {"title": "t", "content": "c"}
    locked: tuple[dict[str, Any], ...] = {"minSubscriptionTier": "basic"}, {"price": 100}, {"isLocked": True}
    opened: tuple[dict[str, Any], ...] = {}, {"price": 0}, {"isLocked": False, "minSubscriptionTier": "basic"}
    for fields in locked:
        assert (await api.ok("anna", "POST", "/api/posts", {**body, **fields}))["isLocked"] is True, fields
    for fields in opened:
        assert (await api.ok("anna", "POST", "/api/posts", {**body, **fields}))["isLocked"] is False, fields


async def test_pages_go_from_the_newest_to_the_oldest_and_lose_none_of_the_same_moment(api: PlatformApi) -> None:
    made = []
    for number in range(7):
        made.append(await api.post(title=str(number)))
        if number % 3 == 0:
            api.clock.advance(1)
    seen: list[dict[str, object]] = []
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor is not None:
        query = f"?limit=2&cursor={cursor}" if cursor else "?limit=2"
        page = await api.ok("boris", "GET", f"/api/posts{query}")
        seen += page["posts"]
        cursor = page["nextCursor"]
        pages += 1
    assert pages == 4
    assert {post["id"] for post in seen} == set(made)
    assert len(seen) == 7
    keys = [(str(post["createdAt"]), str(post["id"])) for post in seen]
    assert keys == sorted(keys, reverse=True)


async def test_a_page_can_be_of_one_creator(api: PlatformApi) -> None:
    mine = await api.post("anna")
    await api.post("clara")
    page = await api.ok(None, "GET", "/api/posts?creatorId=anna")
    assert [post["id"] for post in page["posts"]] == [mine]
    assert page["nextCursor"] is None


async def test_the_author_deletes_a_post_and_nobody_finds_it_again(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    await api.refused(403, "boris", "DELETE", f"/api/posts/{post}")
    assert await api.ok("anna", "DELETE", f"/api/posts/{post}") == {"success": True}
    assert await api.events() == [("notify_post_deleted", {"postId": post, "creatorId": "anna"})]
    assert (await api.ok(None, "GET", "/api/posts"))["posts"] == []
    for user, method, path in (
        (None, "GET", f"/api/posts/{post}"),
        ("anna", "DELETE", f"/api/posts/{post}"),
        ("boris", "POST", f"/api/posts/{post}/like"),
        ("boris", "DELETE", f"/api/posts/{post}/like"),
        (None, "GET", f"/api/posts/{post}/comments"),
    ):
        document = await api.refused(404, user, method, path)
        assert post in document["detail"]
    await api.refused(404, "boris", "POST", f"/api/posts/{post}/comments", {"content": "!"})
    assert len(await api.events()) == 1


async def test_the_counters_and_is_liked_are_those_of_the_viewer(api: PlatformApi) -> None:
    post = await api.post()
    await api.ok("boris", "POST", f"/api/posts/{post}/like")
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "!"})
    for viewer, liked in (("boris", True), ("clara", False), (None, False)):
        seen = await api.ok(viewer, "GET", f"/api/posts/{post}")
        assert (seen["likesCount"], seen["commentsCount"], seen["isLiked"]) == (1, 1, liked)


async def test_a_failing_event_takes_the_post_with_it(api: PlatformApi, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(posts, "notify_new_post", fails)
    with capture_logs() as logs:
        await api.refused(500, "anna", "POST", "/api/posts", {"title": "t", "content": "c"})
    assert [line["event"] for line in logs] == ["platform_error"]
    assert await api.count(tables.post) == 0
    assert await api.count(tables.user) == 0
    assert await api.events() == []
