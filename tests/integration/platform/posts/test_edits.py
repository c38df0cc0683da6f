"""PATCH /api/posts/{id}: what changes, who is told, and who is not."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from fanwire.access.directory import PostFacts, SqlDirectory
from fanwire.platform.directory import POST_QUERY
from fanwire.store import tables as store
from tests.integration.platform.api import PlatformApi

BOTH = pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)


async def edit(api: PlatformApi, post: str, **fields: Any) -> dict[str, Any]:
    edited: dict[str, Any] = await api.ok("anna", "PATCH", f"/api/posts/{post}", fields)
    return edited


async def frames_of(api: PlatformApi, post: str, **fields: Any) -> dict[str, dict[str, Any]]:
    """The frames of one edit, by channel."""
    await api.applied()
    api.published.frames.clear()
    await edit(api, post, **fields)
    found = await api.applied()
    assert len({channel for channel, _ in found}) == len(found)
    return dict(found)


async def test_only_what_is_sent_changes(api: PlatformApi) -> None:
    post = await api.post(content="текст", images=["https://img.example/1.jpg"], price=500, isLocked=True)
    before = await api.ok("anna", "GET", f"/api/posts/{post}")
    api.clock.advance(60)
    edited = await edit(api, post, title=" Вечер ")
    assert edited == {**before, "title": "Вечер", "updatedAt": "2027-01-15T08:01:00Z"}
    assert await api.ok("anna", "GET", f"/api/posts/{post}") == edited
    edited = await edit(api, post, price=None, images=[], currency="EUR")
    assert (edited["price"], edited["images"], edited["currency"]) == (None, [], "EUR")
    assert (edited["title"], edited["isLocked"]) == ("Вечер", True)


async def test_a_price_does_not_lock_and_its_end_does_not_open(api: PlatformApi) -> None:
    post = await api.post()
    assert (await edit(api, post, price=500, minSubscriptionTier="vip"))["isLocked"] is False
    assert (await edit(api, post, isLocked=True))["isLocked"] is True
    assert (await edit(api, post, price=None, minSubscriptionTier=None))["isLocked"] is True


async def test_an_edit_that_changes_nothing_tells_nobody(api: PlatformApi) -> None:
    post = await api.post(title="Утро")
    await api.forget()
    assert (await edit(api, post, title="Утро", isLocked=False))["updatedAt"] is None
    assert await api.events() == []


async def test_an_edit_is_told_once_in_the_transaction_of_the_edit(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    await edit(api, post, content="новый текст")
    [(function, payload)] = await api.events()
    assert function == "notify_post_updated"
    assert payload["post"]["content"] == "новый текст"
    assert payload["restricted"] is False


async def test_only_the_author_edits_and_nobody_a_deleted_post(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    document = await api.refused(403, "boris", "PATCH", f"/api/posts/{post}", {"title": "t"})
    assert "author" in document["detail"]
    await api.refused(404, "anna", "PATCH", "/api/posts/unknown", {"title": "t"})
    await api.ok("anna", "DELETE", f"/api/posts/{post}")
    await api.refused(404, "anna", "PATCH", f"/api/posts/{post}", {"title": "t"})
    assert [function for function, _ in await api.events()] == ["notify_post_deleted"]
    large = json.dumps({"content": "c" * 1_100_000})
    assert (await api.send("anna", "PATCH", f"/api/posts/{post}", content=large)).status_code == 413


async def test_the_frames_of_an_edit_are_whole_for_readers_and_public_for_others(api: PlatformApi) -> None:
    post = await api.post(content="тайна", isLocked=True, minSubscriptionTier="vip")
    frames = await frames_of(api, post, content="другая тайна")
    assert set(frames) == {f"post:{post}", "creator:anna"}
    read, public = frames[f"post:{post}"], frames["creator:anna"]
    assert (read["type"], read["postId"], read["post"]["content"]) == ("post_updated", post, "другая тайна")
    assert public["type"] == "post_updated"
    assert public["post"]["title"] == "Привет"
    assert public["post"]["isLocked"] is True
    assert public["post"]["updatedAt"] == "2027-01-15T08:00:00Z"
    assert "тайна" not in json.dumps(public, ensure_ascii=False)
    # A counter has frames and versions of its own.
    assert "likesCount" not in read["post"]
    assert read["version"] == public["version"] > 0


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ({"isLocked": False}, {"isLocked": True}),
        ({"isLocked": True}, {"minSubscriptionTier": "basic"}),
        ({"isLocked": True, "minSubscriptionTier": "basic"}, {"minSubscriptionTier": "vip"}),
    ],
)
async def test_a_post_that_is_closed_to_somebody_says_nothing_of_its_text(
    api: PlatformApi, before: dict[str, Any], change: dict[str, Any]
) -> None:
    """Whoever just lost access may still be in the channel when the frame comes."""
    post = await api.post(content="было", **before)
    frames = await frames_of(api, post, content="тайна", **change)
    assert "тайна" not in json.dumps(frames, ensure_ascii=False)
    assert frames[f"post:{post}"]["restricted"] is True
    assert frames[f"post:{post}"]["post"]["isLocked"] is True
    # The gateways hear of it by the access log, which waits for no relay.
    async with api.database.read.connect() as connection:
        rows = (await connection.execute(select(store.access.c.user_id, store.access.c.resource))).all()
    assert [tuple(row) for row in rows] == [("", f"post:{post}")]


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ({"isLocked": True}, {"isLocked": False}),
        ({"isLocked": True, "minSubscriptionTier": "vip"}, {"minSubscriptionTier": "basic"}),
        ({"isLocked": True, "minSubscriptionTier": "basic"}, {"minSubscriptionTier": None}),
        ({"isLocked": True, "minSubscriptionTier": "basic"}, {"price": 100}),
        ({"isLocked": False}, {"minSubscriptionTier": "vip"}),
    ],
)
async def test_a_post_that_is_closed_to_nobody_is_whole_in_its_channel(
    api: PlatformApi, before: dict[str, Any], change: dict[str, Any]
) -> None:
    post = await api.post(content="было", **before)
    frames = await frames_of(api, post, **change)
    assert "restricted" not in frames[f"post:{post}"]
    assert await api.count(store.access) == 0
    assert frames[f"post:{post}"]["post"]["content"] == "было"


async def test_api_and_directory_follow_the_edit(api: PlatformApi) -> None:
    directory = SqlDirectory(api.database, POST_QUERY)
    post = await api.post(content="текст")
    await edit(api, post, isLocked=True, minSubscriptionTier="premium")
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["content"] is None
    assert await directory.post(post) == PostFacts("anna", locked=True, tier="premium", deleted=False)
    await edit(api, post, isLocked=False)
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["content"] == "текст"


@BOTH
async def test_racing_edits_of_different_fields_all_stay(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    changes: list[dict[str, Any]] = [{"title": "t2"}, {"content": "c2"}, {"price": 7}, {"images": ["https://x/1"]}]
    await asyncio.gather(
        *(edit(api, post, **change) for change in changes),
        *(api.ok(f"fan{n}", "POST", f"/api/posts/{post}/like") for n in range(4)),
    )
    seen = await api.ok("anna", "GET", f"/api/posts/{post}")
    assert {name: seen[name] for change in changes for name in change} == {
        name: value for change in changes for name, value in change.items()
    }
    assert seen["likesCount"] == 4
    # Each event says the whole post, and none of them says less than the one before it.
    told = [payload["post"] for function, payload in await api.events() if function == "notify_post_updated"]
    assert len(told) == 4
    assert (told[-1]["title"], told[-1]["content"], told[-1]["price"]) == ("t2", "c2", 7)


@BOTH
async def test_nothing_is_said_of_a_post_after_it_was_said_to_be_deleted(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    answers = await asyncio.gather(
        *(api.send("anna", "PATCH", f"/api/posts/{post}", {"title": f"early{n}"}) for n in range(4)),
        *(api.send("anna", "DELETE", f"/api/posts/{post}") for _ in range(2)),
        *(api.send("anna", "PATCH", f"/api/posts/{post}", {"title": f"late{n}"}) for n in range(4)),
    )
    functions = [function for function, _ in await api.events()]
    assert functions.count("notify_post_deleted") == 1
    assert functions[-1] == "notify_post_deleted"
    assert len(functions) == sum(answer.status_code == 200 for answer in answers)
    assert {answer.status_code for answer in answers} <= {200, 404}
