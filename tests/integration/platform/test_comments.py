"""/api/posts/{id}/comments"""

from __future__ import annotations

import json
from typing import Any

from tests.integration.platform.api import PlatformApi


async def comment(api: PlatformApi, user: str, post: str, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = await api.ok(user, "POST", f"/api/posts/{post}/comments", {"content": "!", **fields})
    return made


async def notifications(api: PlatformApi) -> list[tuple[str, str]]:
    """Recipient and type of every notification in the outbox."""
    events = await api.events()
    return [(p["userId"], p["notification"]["type"]) for function, p in events if function == "send_notification"]


async def test_a_comment_counts_and_is_told_to_all_and_to_the_author_of_the_post(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    answer = await api.send("boris", "POST", f"/api/posts/{post}/comments", {"content": " Браво "})
    assert answer.status_code == 201
    made = answer.json()
    assert made == {
        "id": made["id"],
        "postId": post,
        "parentId": None,
        "userId": "boris",
        "nickname": "boris",
        "avatar": None,
        "content": "Браво",
        "isAnonymous": False,
        "isDeleted": False,
        "isMine": True,
        "likesCount": 0,
        "isLiked": False,
        "createdAt": "2027-01-15T08:00:00Z",
    }
    (first, told), (second, item) = await api.events()
    assert (first, told["postId"], told["commentsCount"]) == ("notify_new_comment", post, 1)
    assert told["comment"]["content"] == "Браво"
    assert told["comment"]["userId"] == "boris"
    assert second == "send_notification"
    assert item["userId"] == "anna"
    assert item["notification"] == {
        "type": "COMMENT_POST",
        "title": "Новый комментарий",
        "message": "boris прокомментировал ваш пост",
        "metadata": {"postId": post, "commentId": made["id"], "userId": "boris"},
    }


async def test_an_anonymous_comment_names_nobody_anywhere(api: PlatformApi) -> None:
    post = await api.post()
    parent = await comment(api, "clara", post)
    await api.ok("boris", "PATCH", "/api/user/settings", {"nickname": "Борис", "avatar": "https://img.example/b.png"})
    await api.forget()
    made = await comment(api, "boris", post, isAnonymous=True, parentId=parent["id"])
    assert (made["userId"], made["nickname"], made["avatar"]) == (None, None, None)
    said = json.dumps(await api.events(), ensure_ascii=False).lower()
    assert "boris" not in said
    assert "борис" not in said
    assert "b.png" not in said
    texts = {p["notification"]["message"] for f, p in await api.events() if f == "send_notification"}
    assert texts == {"Кто-то прокомментировал ваш пост", "Кто-то ответил на ваш комментарий"}
    for viewer in ("anna", "clara", None):
        seen = await api.send(viewer, "GET", f"/api/posts/{post}/comments")
        assert "boris" not in seen.text.lower()
        assert "борис" not in seen.text.lower()
        assert [c["isMine"] for c in seen.json()["comments"]] == [viewer == "clara", False]
    own = await api.ok("boris", "GET", f"/api/posts/{post}/comments")
    assert [c["isMine"] for c in own["comments"]] == [False, True]


async def test_a_reply_is_told_to_both_authors(api: PlatformApi) -> None:
    post = await api.post()
    parent = await comment(api, "boris", post)
    await api.forget()
    reply = await comment(api, "clara", post, parentId=parent["id"])
    assert reply["parentId"] == parent["id"]
    assert await notifications(api) == [("boris", "REPLY_COMMENT"), ("anna", "COMMENT_POST")]
    item = (await api.events())[1][1]["notification"]
    assert item["message"] == "clara ответил на ваш комментарий"
    assert item["metadata"] == {
        "postId": post,
        "commentId": reply["id"],
        "parentId": parent["id"],
        "userId": "clara",
    }


async def test_one_person_who_is_both_authors_gets_one_item(api: PlatformApi) -> None:
    post = await api.post("anna")
    parent = await comment(api, "anna", post)
    await api.forget()
    await comment(api, "boris", post, parentId=parent["id"])
    assert await notifications(api) == [("anna", "REPLY_COMMENT")]


async def test_nobody_is_told_of_their_own_comment(api: PlatformApi) -> None:
    post = await api.post("anna")
    parent = await comment(api, "boris", post)
    await api.forget()
    await comment(api, "anna", post)
    assert await notifications(api) == []
    await comment(api, "boris", post, parentId=parent["id"])
    assert await notifications(api) == [("anna", "COMMENT_POST")]


async def test_a_parent_must_be_a_living_comment_of_the_same_post(api: PlatformApi) -> None:
    post, other = await api.post(), await api.post()
    elsewhere = await comment(api, "boris", other)
    deleted = await comment(api, "boris", post)
    await api.ok("boris", "DELETE", f"/api/posts/{post}/comments/{deleted['id']}")
    await api.forget()
    for status, parent in ((404, "nothing"), (404, elsewhere["id"]), (409, deleted["id"])):
        document = await api.refused(
            status, "clara", "POST", f"/api/posts/{post}/comments", {"content": "!", "parentId": parent}
        )
        assert parent in document["detail"]
    assert document["type"] == "urn:fanwire:problem:parent-deleted"
    assert await api.events() == []
    assert (await api.ok(None, "GET", f"/api/posts/{post}"))["commentsCount"] == 0


async def test_a_locked_post_is_not_commented_or_read_without_access(api: PlatformApi) -> None:
    post = await api.post(isLocked=True)
    await comment(api, "anna", post, content="тайна")
    await api.forget()
    await api.refused(403, "boris", "POST", f"/api/posts/{post}/comments", {"content": "!"})
    for viewer in ("boris", None):
        assert "тайна" not in str(await api.refused(403, viewer, "GET", f"/api/posts/{post}/comments"))
    assert await api.events() == []
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    await comment(api, "boris", post)


async def test_the_author_deletes_a_comment_and_its_place_stays(api: PlatformApi) -> None:
    post = await api.post()
    parent = await comment(api, "boris", post, content="секрет")
    await comment(api, "clara", post, parentId=parent["id"])
    await api.forget()
    path = f"/api/posts/{post}/comments/{parent['id']}"
    await api.refused(403, "anna", "DELETE", path)
    assert await api.ok("boris", "DELETE", path) == {"success": True}
    assert await api.events() == [
        ("notify_comment_deleted", {"postId": post, "commentId": parent["id"], "commentsCount": 1})
    ]
    await api.refused(404, "boris", "DELETE", path)
    answer = await api.send(None, "GET", f"/api/posts/{post}/comments")
    assert "секрет" not in answer.text
    tombstone, reply = answer.json()["comments"]
    assert (tombstone["isDeleted"], tombstone["content"], tombstone["userId"]) == (True, "", None)
    assert reply["parentId"] == parent["id"]
    assert answer.json()["commentsCount"] == 1
    assert (await api.ok(None, "GET", f"/api/posts/{post}"))["commentsCount"] == 1


async def test_pages_go_from_the_oldest_to_the_newest(api: PlatformApi) -> None:
    post = await api.post()
    for number in range(5):
        await comment(api, "boris", post, content=str(number))
        api.clock.advance(1)
    seen: list[str] = []
    cursor = ""
    for size in (2, 2, 1):
        page = await api.ok(None, "GET", f"/api/posts/{post}/comments?limit=2{cursor}")
        assert len(page["comments"]) == size
        seen += [entry["content"] for entry in page["comments"]]
        cursor = f"&cursor={page['nextCursor']}"
    assert seen == ["0", "1", "2", "3", "4"]
    assert page["nextCursor"] is None
