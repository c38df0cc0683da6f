"""Who is blocked reads nothing of the blocker, open posts neither, and acts on nothing of it."""

from __future__ import annotations

from typing import Any

from tests.integration.platform.api import PlatformApi


async def test_nothing_of_the_blocker_can_be_read_or_acted_on(api: PlatformApi) -> None:
    post = await api.post("anna", content="текст")
    paid = await api.post("anna", content="тайна", isLocked=True, price=500)
    comment = await api.ok("anna", "POST", f"/api/posts/{post}/comments", {"content": "слово"})
    await api.ok("boris", "PATCH", "/api/user/settings", {"bio": "b"})
    await api.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    await api.forget()
    seen = await api.ok("boris", "GET", f"/api/posts/{post}")
    assert (seen["locked"], seen["content"]) == (True, None)
    assert "текст" not in (await api.send("boris", "GET", "/api/posts")).text
    acts: list[tuple[str, str, Any]] = [
        ("GET", f"/api/posts/{post}/comments", None),
        ("POST", f"/api/posts/{post}/comments", {"content": "!"}),
        ("POST", f"/api/posts/{post}/like", None),
        ("POST", f"/api/comments/{comment['id']}/like", None),
        ("POST", f"/api/posts/{paid}/purchase", {}),
        ("POST", "/api/follow/anna", None),
    ]
    for method, path, body in acts:
        document = await api.refused(403, "boris", method, path, body)
        assert document["type"] == "urn:fanwire:problem:blocked", path
    assert await api.events() == []
    assert (await api.ok("clara", "GET", f"/api/posts/{post}"))["content"] == "текст"


async def test_who_has_blocked_somebody_is_told_nothing_of_them_under_other_posts(api: PlatformApi) -> None:
    post = await api.post("clara")
    path = f"/api/posts/{post}/comments"
    comment = (await api.ok("anna", "POST", path, {"content": "слово"}))["id"]
    await api.ok("boris", "PATCH", "/api/user/settings", {"bio": "b"})
    await api.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    await api.forget()
    await api.ok("boris", "POST", path, {"content": "!", "parentId": comment})
    await api.ok("boris", "POST", path, {"content": "!", "parentId": comment, "isAnonymous": True})
    await api.ok("boris", "POST", f"/api/comments/{comment}/like")
    told = [payload["userId"] for function, payload in await api.events() if function == "send_notification"]
    assert told == ["clara", "clara"]


async def test_all_of_it_comes_back_with_the_end_of_the_block(api: PlatformApi) -> None:
    post = await api.post("anna", content="текст")
    await api.ok("boris", "POST", "/api/follow/anna")
    await api.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    await api.ok("anna", "DELETE", "/api/blocks/boris")
    # But who followed has to follow again.
    assert (await api.ok("boris", "GET", "/api/follow"))["follows"] == []
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["content"] == "текст"
    await api.ok("boris", "POST", f"/api/posts/{post}/like")
    await api.forget()
    await api.ok("boris", "POST", "/api/follow/anna")
    assert [function for function, _ in await api.events()] == ["follow_creator"]
