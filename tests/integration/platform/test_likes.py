"""/api/posts/{id}/like"""

from __future__ import annotations

import asyncio

from fanwire.platform import tables
from tests.integration.platform.api import PlatformApi


async def test_a_like_counts_is_told_to_all_and_to_its_author(api: PlatformApi) -> None:
    post = await api.post()
    await api.ok("boris", "PATCH", "/api/user/settings", {"nickname": "Борис"})
    await api.forget()
    answer = await api.send("boris", "POST", f"/api/posts/{post}/like")
    assert (answer.status_code, answer.json()) == (200, {"liked": True})
    assert await api.events() == [
        ("update_post_likes", {"postId": post, "userId": "boris", "liked": True, "likesCount": 1}),
        (
            "send_notification",
            {
                "userId": "anna",
                "notification": {
                    "type": "LIKE_POST",
                    "title": "Новый лайк",
                    "message": "Борис поставил лайк вашему посту",
                    "metadata": {"postId": post, "userId": "boris"},
                },
                "actor": "boris",
            },
        ),
    ]


async def test_a_second_like_is_answered_the_same_and_changes_nothing(api: PlatformApi) -> None:
    post = await api.post()
    await api.ok("boris", "POST", f"/api/posts/{post}/like")
    await api.forget()
    assert await api.ok("boris", "POST", f"/api/posts/{post}/like") == {"liked": True}
    assert await api.events() == []
    assert (await api.ok(None, "GET", f"/api/posts/{post}"))["likesCount"] == 1


async def test_nobody_is_told_of_their_own_like(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    await api.ok("anna", "POST", f"/api/posts/{post}/like")
    assert [function for function, _ in await api.events()] == ["update_post_likes"]


async def test_a_like_is_taken_back_once(api: PlatformApi) -> None:
    post = await api.post()
    await api.ok("boris", "POST", f"/api/posts/{post}/like")
    await api.forget()
    for _ in range(2):
        assert await api.ok("boris", "DELETE", f"/api/posts/{post}/like") == {"liked": False}
    assert await api.events() == [
        ("update_post_likes", {"postId": post, "userId": "boris", "liked": False, "likesCount": 0})
    ]
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["isLiked"] is False


async def test_racing_likes_of_one_user_are_one_like(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    answers = await asyncio.gather(*(api.ok("boris", "POST", f"/api/posts/{post}/like") for _ in range(20)))
    assert answers == [{"liked": True}] * 20
    assert [function for function, _ in await api.events()] == ["update_post_likes", "send_notification"]
    assert await api.count(tables.like) == 1
    assert (await api.ok(None, "GET", f"/api/posts/{post}"))["likesCount"] == 1


async def test_racing_likes_of_many_users_are_told_in_the_order_of_their_counts(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    await asyncio.gather(*(api.ok(f"fan{n}", "POST", f"/api/posts/{post}/like") for n in range(30)))
    counts = [payload["likesCount"] for function, payload in await api.events() if function == "update_post_likes"]
    assert counts == list(range(1, 31))
    assert (await api.ok(None, "GET", f"/api/posts/{post}"))["likesCount"] == await api.count(tables.like) == 30


async def test_likes_and_unlikes_at_once_leave_a_count_that_equals_the_rows(api: PlatformApi) -> None:
    post = await api.post()
    fans = [f"fan{n}" for n in range(8)]
    await asyncio.gather(
        *(api.ok(fan, method, f"/api/posts/{post}/like") for method in ("POST", "DELETE", "POST") for fan in fans)
    )
    assert (await api.ok(None, "GET", f"/api/posts/{post}"))["likesCount"] == await api.count(tables.like)


async def test_a_post_deleted_while_it_is_liked_is_gone_for_the_like_too(api: PlatformApi) -> None:
    post = await api.post()
    await api.forget()
    answers = await asyncio.gather(
        *(api.send(f"fan{n}", "POST", f"/api/posts/{post}/like") for n in range(10)),
        api.send("anna", "DELETE", f"/api/posts/{post}"),
        *(api.send(f"late{n}", "POST", f"/api/posts/{post}/like") for n in range(10)),
    )
    assert {answer.status_code for answer in answers} <= {200, 404}
    functions = [function for function, _ in await api.events()]
    # Nothing is said of a post after it was said to be deleted.
    assert functions[-1] == "notify_post_deleted"
    accepted = sum(answer.status_code == 200 for answer in answers) - 1
    assert functions.count("update_post_likes") == accepted == await api.count(tables.like)


async def test_a_locked_post_is_not_liked_without_access(api: PlatformApi) -> None:
    post = await api.post(isLocked=True, minSubscriptionTier="vip")
    await api.forget()
    document = await api.refused(403, "boris", "POST", f"/api/posts/{post}/like")
    assert "'vip'" in document["detail"]
    assert "process-payment" in document["detail"]
    assert await api.events() == []
    assert await api.count(tables.like) == 0


async def test_who_lost_access_may_still_take_a_like_back(api: PlatformApi) -> None:
    post = await api.post(isLocked=True)
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    await api.ok("boris", "POST", f"/api/posts/{post}/like")
    api.clock.advance(31 * 86_400)
    assert await api.ok("boris", "DELETE", f"/api/posts/{post}/like") == {"liked": False}
