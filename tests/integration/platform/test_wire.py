"""What the platform's events become on the wire, and what its Directory says of a post."""

from __future__ import annotations

import json

from fanwire.access.directory import PostFacts, SqlDirectory
from fanwire.platform.directory import POST_QUERY
from tests.integration.platform.api import PlatformApi


async def test_frames_of_an_anonymous_comment_name_nobody(api: PlatformApi) -> None:
    post = await api.post("anna")
    parent = await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "?"})
    await api.ok("boris", "PATCH", "/api/user/settings", {"nickname": "Борис"})
    await api.applied()
    api.published.frames.clear()
    body = {"content": "!", "isAnonymous": True, "parentId": parent["id"]}
    await api.ok("boris", "POST", f"/api/posts/{post}/comments", body)
    frames = await api.applied()
    assert {channel for channel, _ in frames} == {f"post:{post}", "notifications:anna", "notifications:clara"}
    said = json.dumps(frames, ensure_ascii=False).lower()
    assert "boris" not in said
    assert "борис" not in said


async def test_frames_of_a_locked_post_show_its_text_to_its_author_only(api: PlatformApi) -> None:
    await api.post("anna")
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    await api.applied()
    api.published.frames.clear()
    await api.post("anna", content="тайна", isLocked=True)
    frames = await api.applied()
    told = {channel for channel, frame in frames if "тайна" in json.dumps(frame, ensure_ascii=False)}
    assert told == {"feed:anna"}
    assert {"creator:anna", "feed:anna"} <= {channel for channel, _ in frames}


async def test_counters_on_the_wire_are_absolute(api: PlatformApi) -> None:
    """Of what is waiting to leave, only the newest is kept."""
    post = await api.post("anna")
    await api.ok("boris", "POST", f"/api/posts/{post}/like")
    await api.ok("clara", "POST", f"/api/posts/{post}/like")
    await api.ok("boris", "DELETE", f"/api/posts/{post}/like")
    counts = [(f["type"], f["likesCount"]) for channel, f in await api.applied() if channel == f"post:{post}"]
    assert counts == [("post_unliked", 1)]


async def test_the_directory_says_what_a_post_is(api: PlatformApi) -> None:
    directory = SqlDirectory(api.database, POST_QUERY)
    open_post = await api.post("anna")
    locked = await api.post("anna", isLocked=True, minSubscriptionTier="vip")
    await api.ok("anna", "DELETE", f"/api/posts/{open_post}")
    assert await directory.post(open_post) == PostFacts("anna", locked=False, tier=None, deleted=True)
    assert await directory.post(locked) == PostFacts("anna", locked=True, tier="vip", deleted=False)
    assert await directory.post("unknown") is None
