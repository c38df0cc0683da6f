"""/api/comments/{id}/like"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from fanwire.platform import tables
from tests.integration.platform.api import PlatformApi

BOTH = pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)


async def comment(api: PlatformApi, user: str, post: str, **fields: Any) -> str:
    made = await api.ok(user, "POST", f"/api/posts/{post}/comments", {"content": "!", **fields})
    return str(made["id"])


async def seen(api: PlatformApi, viewer: str | None, post: str) -> dict[str, Any]:
    [one] = (await api.ok(viewer, "GET", f"/api/posts/{post}/comments"))["comments"]
    return dict(one)


async def test_a_like_counts_is_told_to_all_and_to_the_author_of_the_comment(api: PlatformApi) -> None:
    post = await api.post("anna")
    liked = await comment(api, "clara", post)
    await api.ok("boris", "PATCH", "/api/user/settings", {"nickname": "Борис"})
    await api.forget()
    answer = await api.send("boris", "POST", f"/api/comments/{liked}/like")
    assert (answer.status_code, answer.json()) == (200, {"liked": True})
    about = {"postId": post, "commentId": liked, "userId": "boris"}
    assert await api.events() == [
        ("update_comment_likes", {**about, "liked": True, "likesCount": 1}),
        (
            "send_notification",
            {
                "userId": "clara",
                "notification": {
                    "type": "LIKE_COMMENT",
                    "title": "Новый лайк",
                    "message": "Борис поставил лайк вашему комментарию",
                    "metadata": about,
                },
                "actor": "boris",
            },
        ),
    ]
    for viewer, is_liked in (("boris", True), ("clara", False), (None, False)):
        found = await seen(api, viewer, post)
        assert (found["likesCount"], found["isLiked"]) == (1, is_liked)


async def test_likes_on_the_wire_name_nobody_and_tell_the_actor_at_once(api: PlatformApi) -> None:
    post = await api.post("anna")
    liked = await comment(api, "clara", post)
    await api.applied()
    api.published.frames.clear()
    await api.ok("boris", "POST", f"/api/comments/{liked}/like")
    frames = await api.applied()
    counters = [frame for channel, frame in frames if channel == f"post:{post}"]
    assert counters == [
        {
            "type": "comment_liked",
            "postId": post,
            "commentId": liked,
            "likesCount": 1,
            "version": counters[0]["version"],
        }
    ]
    [own] = [frame for channel, frame in frames if channel == "feed:boris"]
    assert {name: own[name] for name in ("type", "postId", "commentId", "isLiked")} == {
        "type": "comment_like_state",
        "postId": post,
        "commentId": liked,
        "isLiked": True,
    }
    [(_, item)] = [pair for pair in frames if pair[0] == "notifications:clara"]
    assert item["notification"]["type"] == "LIKE_COMMENT"


async def test_a_second_like_and_a_second_unlike_change_nothing(api: PlatformApi) -> None:
    post = await api.post("anna")
    liked = await comment(api, "clara", post)
    path = f"/api/comments/{liked}/like"
    await api.ok("boris", "POST", path)
    await api.forget()
    assert await api.ok("boris", "POST", path) == {"liked": True}
    assert await api.events() == []
    for _ in range(2):
        assert await api.ok("boris", "DELETE", path) == {"liked": False}
    [(function, told)] = await api.events()
    assert (function, told["liked"], told["likesCount"]) == ("update_comment_likes", False, 0)


async def test_a_like_after_an_unlike_is_no_second_item(api: PlatformApi) -> None:
    post = await api.post("anna")
    liked = await comment(api, "clara", post)
    for method in ("POST", "DELETE", "POST"):
        await api.ok("boris", method, f"/api/comments/{liked}/like")
    await api.applied()
    items = (await api.ok("clara", "GET", "/api/user/notifications"))["notifications"]
    assert [item["type"] for item in items] == ["LIKE_COMMENT"]


async def test_nobody_is_told_of_their_own_like(api: PlatformApi) -> None:
    post = await api.post("anna")
    own = await comment(api, "boris", post)
    await api.forget()
    await api.ok("boris", "POST", f"/api/comments/{own}/like")
    assert [function for function, _ in await api.events()] == ["update_comment_likes"]


async def test_who_wrote_anonymously_is_told_and_named_to_nobody(api: PlatformApi) -> None:
    post = await api.post("anna")
    await api.ok("clara", "PATCH", "/api/user/settings", {"nickname": "Клара"})
    hidden = await comment(api, "clara", post, isAnonymous=True)
    await api.applied()
    api.published.frames.clear()
    answer = await api.send("boris", "POST", f"/api/comments/{hidden}/like")
    frames = await api.applied()
    [(_, item)] = [pair for pair in frames if pair[0] == "notifications:clara"]
    assert item["notification"]["metadata"] == {"postId": post, "commentId": hidden, "userId": "boris"}
    others = [data for channel, data in frames if channel != "notifications:clara"]
    said = (json.dumps([*others, item], ensure_ascii=False) + answer.text).lower()
    assert "clara" not in said
    assert "клара" not in said


async def test_likes_of_what_is_gone_or_closed_are_refused(api: PlatformApi) -> None:
    post = await api.post("anna")
    deleted = await comment(api, "clara", post)
    await api.ok("clara", "DELETE", f"/api/posts/{post}/comments/{deleted}")
    gone = await api.post("anna")
    under_gone = await comment(api, "clara", gone)
    await api.ok("anna", "DELETE", f"/api/posts/{gone}")
    locked = await api.post("anna", isLocked=True)
    closed = await comment(api, "anna", locked)
    await api.forget()
    for method in ("POST", "DELETE"):
        for target in (deleted, under_gone, "unknown"):
            document = await api.refused(404, "boris", method, f"/api/comments/{target}/like")
            assert target in document["detail"] or gone in document["detail"]
    await api.refused(403, "boris", "POST", f"/api/comments/{closed}/like")
    assert await api.events() == []
    assert await api.count(tables.comment_like) == 0


@BOTH
async def test_likes_and_unlikes_at_once_leave_a_count_that_equals_the_rows(api: PlatformApi) -> None:
    post = await api.post("anna")
    liked = await comment(api, "clara", post)
    await api.forget()
    fans = [f"fan{n}" for n in range(8)]
    path = f"/api/comments/{liked}/like"
    await asyncio.gather(*(api.ok(fan, method, path) for method in ("POST", "DELETE", "POST") for fan in fans))
    rows = await api.count(tables.comment_like)
    assert (await seen(api, None, post))["likesCount"] == rows
    told = [payload["likesCount"] for function, payload in await api.events() if function == "update_comment_likes"]
    # In the order of their counts: each is one more or one less than the one before it.
    assert all(abs(now - before) == 1 for before, now in zip([0, *told], told, strict=False))
    assert told[-1] == rows


@BOTH
async def test_racing_likes_of_one_user_are_one_like(api: PlatformApi) -> None:
    post = await api.post("anna")
    liked = await comment(api, "clara", post)
    await api.forget()
    await asyncio.gather(*(api.ok("boris", "POST", f"/api/comments/{liked}/like") for _ in range(10)))
    assert [function for function, _ in await api.events()] == ["update_comment_likes", "send_notification"]
    assert await api.count(tables.comment_like) == 1


@BOTH
async def test_no_answer_slips_in_behind_a_deletion(api: PlatformApi) -> None:
    post = await api.post("anna")
    parent = await comment(api, "clara", post)
    await api.forget()
    path = f"/api/posts/{post}/comments"
    answers = await asyncio.gather(
        *(api.send(f"early{n}", "POST", path, {"content": "!", "parentId": parent}) for n in range(4)),
        api.send("clara", "DELETE", f"{path}/{parent}"),
        *(api.send(f"late{n}", "POST", path, {"content": "!", "parentId": parent}) for n in range(4)),
        *(api.send(f"fan{n}", "POST", f"/api/comments/{parent}/like") for n in range(4)),
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 404, 409}
    functions = [function for function, _ in await api.events()]
    after = functions[functions.index("notify_comment_deleted") :]
    assert "notify_new_comment" not in after
    assert "update_comment_likes" not in after
    replies = sum(answer.status_code == 201 for answer in answers)
    assert functions.count("notify_new_comment") == replies
    assert (await api.ok(None, "GET", f"/api/posts/{post}"))["commentsCount"] == replies
