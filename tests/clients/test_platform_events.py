"""The main job, seen by published clients: from an endpoint of the platform to every client that may see it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from fanwire.testing.proxy import ChaosProxy
from tests.clients.conftest import OpenPeer
from tests.clients.peers import Peer
from tests.processes import Api

pytestmark = pytest.mark.node


async def new_post(api: Api, **fields: Any) -> str:
    body = {"title": "Привет", "content": "текст", "isLocked": False, **fields}
    return str((await api.ok("anna", "POST", "/api/posts", body))["id"])


async def saw(peer: Peer, channel: str, kind: str) -> dict[str, Any]:
    """The data of the newest publication of this type."""

    def found(_: Any) -> Any:
        return next((e["data"] for e in reversed(peer.publications(channel)) if e["data"]["type"] == kind), None)

    data: dict[str, Any] = await peer.until(found, f"{kind} on {channel}")
    return data


async def test_a_like_moves_the_counter_of_others_and_the_bell_of_the_author(peer: OpenPeer, api: Api) -> None:
    post = await new_post(api)
    boris, anna = await peer("boris"), await peer("anna")
    await boris.subscribe(f"post:{post}")
    await boris.see("subscribed", channel=f"post:{post}")
    snapshot = (await anna.see("subscribed", channel="notifications:anna"))["data"]
    assert await api.ok("clara", "POST", f"/api/posts/{post}/like") == {"liked": True}
    liked = await saw(boris, f"post:{post}", "post_liked")
    assert (liked["postId"], liked["userId"], liked["likesCount"]) == (post, "clara", 1)
    bell = await saw(anna, "notifications:anna", "notification")
    assert bell["notification"]["type"] == "LIKE_POST"
    assert bell["unreadCount"] == snapshot["unreadCount"] + 1
    listed = await api.ok("anna", "GET", "/api/user/notifications")
    assert listed["unreadCount"] == bell["unreadCount"]
    assert listed["notifications"][0]["id"] == bell["notification"]["id"]


async def test_a_new_post_reaches_subscribers_only_and_waits_for_those_away(peer: OpenPeer, api: Api) -> None:
    boris, clara = await peer("boris"), await peer("clara")
    await boris.see("subscribed", channel="notifications:boris")
    await clara.see("subscribed", channel="notifications:clara")
    before = (await api.ok("boris", "GET", "/api/user/notifications"))["unreadCount"]
    post = await new_post(api, isLocked=True, content="только для своих")
    item = (await saw(boris, "notifications:boris", "notification"))["notification"]
    assert item["metadata"]["postId"] == post
    assert (await api.ok("boris", "GET", "/api/user/notifications"))["unreadCount"] == before + 1
    await api.ok("clara", "GET", "/api/user/notifications")
    assert clara.publications("notifications:clara") == []
    away = await peer("boris")
    snapshot = (await away.see("subscribed", channel="notifications:boris"))["data"]
    assert snapshot["notifications"][0]["id"] == item["id"]
    assert snapshot["unreadCount"] == before + 1


async def test_five_events_missed_come_back_once_and_in_order(peer: OpenPeer, api: Api, proxy: ChaosProxy) -> None:
    post = await new_post(api)
    boris = await peer("boris", through=proxy)
    await boris.subscribe(f"post:{post}")
    await boris.see("subscribed", channel=f"post:{post}")
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "0"})
    await boris.published(f"post:{post}", 1)
    proxy.cut()
    await boris.see("connecting")
    for number in range(1, 6):
        await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": str(number)})
    proxy.heal()
    again = await boris.see("subscribed", channel=f"post:{post}", wasRecovering=True)
    assert again["recovered"] is True
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "6"})
    seen = await boris.published(f"post:{post}", 7)
    assert [e["data"]["comment"]["content"] for e in seen] == ["0", "1", "2", "3", "4", "5", "6"]
    assert [e["offset"] for e in seen] == list(range(seen[0]["offset"], seen[0]["offset"] + 7))
    assert len({e["tags"]["eventId"] for e in seen}) == 7


async def test_a_client_that_was_away_too_long_is_told_so(peer: OpenPeer, api: Api, proxy: ChaosProxy) -> None:
    post = await new_post(api)
    boris = await peer("boris", through=proxy)
    await boris.subscribe(f"post:{post}")
    await boris.see("subscribed", channel=f"post:{post}")
    await boris.see("subscribed", channel="notifications:boris")
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "seen"})
    await boris.published(f"post:{post}", 1)
    proxy.cut()
    await boris.see("connecting")
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "missed"})
    for number in range(310):  # the window of `post` is 300 publications
        await api.server("publish", {"channel": f"post:{post}", "data": {"type": "noise", "n": number}})
    await api.event("send_notification", {"userId": "boris", "notification": {"type": "NEW_MESSAGE", "title": "x"}})
    # 202 says that it is stored; the relay of another process gives us nothing to wait for but what it did.
    async with asyncio.timeout(10):
        while (await api.ok("boris", "GET", "/api/user/notifications"))["notifications"][0]["title"] != "x":
            await asyncio.sleep(0.05)
    boris.forget()
    proxy.heal()
    again = await boris.see("subscribed", channel=f"post:{post}")
    assert (again["wasRecovering"], again["recovered"]) == (True, False)
    assert boris.publications(f"post:{post}") == []
    snapshot = (await boris.see("subscribed", channel="notifications:boris"))["data"]
    assert snapshot["notifications"][0]["type"] == "NEW_MESSAGE"
    comments = await api.ok("boris", "GET", f"/api/posts/{post}/comments")
    assert {c["content"] for c in comments["comments"]} == {"seen", "missed"}


async def test_a_hot_counter_is_few_frames_and_right_again_after_an_absence(
    peer: OpenPeer, api: Api, proxy: ChaosProxy
) -> None:
    """Conflation: versions rise, the last count arrives, and who was away finds it in the subscribe's reply."""
    channel = f"post:{(post := await new_post(api))}"
    boris = await peer("boris", through=proxy)
    await boris.subscribe(channel)
    assert (await boris.see("subscribed", channel=channel))["data"] is None

    async def like(count: int) -> None:
        body = {"postId": post, "userId": f"u{count}", "liked": True, "likesCount": count}
        (await api.event("update_post_likes", body)).raise_for_status()

    began = time.monotonic()
    for count in range(1, 101):
        await like(count)
    await boris.until(lambda _: any(e["data"]["likesCount"] == 100 for e in boris.publications(channel)), "the last")
    seen = [e["data"] for e in boris.publications(channel)]
    assert len(seen) <= (time.monotonic() - began) / 0.1 + 1
    assert [one["version"] for one in seen] == sorted({one["version"] for one in seen})
    assert [one["likesCount"] for one in seen] == sorted({one["likesCount"] for one in seen})
    proxy.cut()
    await boris.see("connecting")
    boris.forget()
    await like(101)
    proxy.heal()
    again = await boris.see("subscribed", channel=channel)
    while again["data"]["likesCount"] == 100:  # the relay had not come to it: then its frame follows
        again = {"data": await saw(boris, channel, "post_liked")}
    assert (again["data"]["likesCount"], again["data"]["version"] > seen[-1]["version"]) == (101, True)


async def comment_item(tab: Peer) -> None:
    """Wait until the newest item that came to anna is that of a comment."""

    def came(_: Any) -> bool:
        items = [e["data"] for e in tab.publications("notifications:anna") if e["data"]["type"] == "notification"]
        return bool(items) and items[-1]["notification"]["type"] == "COMMENT_POST"

    await tab.until(came, "the comment's item")


async def test_two_tabs_of_one_user_agree(peer: OpenPeer, api: Api) -> None:
    post = await new_post(api)
    one, two = await peer("anna"), await peer("anna")
    for tab in (one, two):
        await tab.see("subscribed", channel="notifications:anna")
    await api.ok("boris", "POST", f"/api/posts/{post}/like")
    item = (await saw(one, "notifications:anna", "notification"))["notification"]
    assert (await saw(two, "notifications:anna", "notification"))["notification"] == item
    done = await api.ok("anna", "PATCH", "/api/user/notifications", {"notificationId": item["id"]})
    assert done["success"] is True
    reads = [await saw(tab, "notifications:anna", "notification_read") for tab in (one, two)]
    assert reads[0] == reads[1]
    assert reads[0]["notificationId"] == item["id"]
    await api.ok("boris", "POST", f"/api/posts/{post}/comments", {"content": "!"})
    for tab in (one, two):
        await comment_item(tab)
    await api.ok("anna", "PATCH", "/api/user/notifications", {"markAllAsRead": True})
    for tab in (one, two):
        assert (await saw(tab, "notifications:anna", "notifications_read"))["unreadCount"] == 0


async def test_a_locked_post_is_closed_opens_with_a_subscription_and_closes_again(peer: OpenPeer, api: Api) -> None:
    post = await new_post(api, isLocked=True)
    clara = await peer("clara")
    await clara.subscribe(f"post:{post}")
    assert (await clara.see("unsubscribed", channel=f"post:{post}"))["code"] == 103
    paid = await api.ok("clara", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    assert paid
    await saw(clara, "feed:clara", "subscription_updated")
    clara.forget()
    second = await peer("clara")
    await second.subscribe(f"post:{post}")
    await second.see("subscribed", channel=f"post:{post}")
    gone = await api.event("revoke_access", {"userId": "clara", "resource": "creator:anna", "reason": "refunded"})
    assert gone.status_code == 202, gone.text
    end = await second.see("unsubscribed", channel=f"post:{post}")
    assert 2000 <= end["code"] < 2500
    assert "refunded" in end["reason"]
