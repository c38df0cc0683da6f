"""Buying and locking a post as clients see it: on a real server, without a reload."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from fanwire.testing.development import DevelopmentServer
from fanwire.testing.plugin import ConnectUser


def act(server: DevelopmentServer, user: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
    auth = {"Authorization": f"Bearer {server.token(user)}"}
    answer = httpx2.request(method, f"{server.url}{path}", json=body, headers=auth)
    assert answer.is_success, answer.text
    done: dict[str, Any] = answer.json()
    return done


def published(server: DevelopmentServer, **fields: Any) -> str:
    body = {"title": "Привет", "content": "текст", "isLocked": False, **fields}
    return str(act(server, "anna", "POST", "/api/posts", body)["id"])


def test_a_purchase_opens_what_was_refused_on_every_device(
    fanwire_server: DevelopmentServer, fanwire_client: ConnectUser
) -> None:
    post = published(fanwire_server, isLocked=True, price=500)
    channel = f"post:{post}"
    with pytest.raises(AssertionError, match=rf"{channel}.*103"):
        fanwire_client("clara", channel)
    phone, laptop, anna = fanwire_client("clara"), fanwire_client("clara"), fanwire_client("anna")
    act(fanwire_server, "clara", "POST", f"/api/posts/{post}/purchase", {"amount": 500})
    for device in (phone, laptop):
        device.receive("feed:clara", type="post_unlocked", postId=post)
    item = anna.receive("notifications:anna", type="notification", notification={"type": "POST_PURCHASE"})
    assert item.data["notification"]["metadata"]["postId"] == post
    reader = fanwire_client("clara", channel)
    act(fanwire_server, "clara", "POST", f"/api/posts/{post}/comments", {"content": "Браво"})
    reader.receive(channel, type="comment_added", commentsCount=1)


def test_a_post_that_is_locked_goes_on_for_its_readers_only(
    fanwire_server: DevelopmentServer, fanwire_client: ConnectUser
) -> None:
    """boris subscribes to anna, dina does not; both look at the post while it is open."""
    post = published(fanwire_server)
    channel = f"post:{post}"
    boris, dina = fanwire_client("boris", channel), fanwire_client("dina", channel, "creator:anna")
    change = {"isLocked": True, "minSubscriptionTier": "basic", "content": "тайна"}
    act(fanwire_server, "anna", "PATCH", f"/api/posts/{post}", change)
    assert dina.refused(channel).code == 103
    dina.receive("creator:anna", type="post_updated", postId=post)
    act(fanwire_server, "anna", "POST", f"/api/posts/{post}/comments", {"content": "тайна"})
    boris.receive(channel, type="comment_added")
    assert "тайна" not in repr(dina.received)
    act(fanwire_server, "anna", "PATCH", f"/api/posts/{post}", {"isLocked": False})
    dina.receive("creator:anna", type="post_updated", post={"isLocked": False})
    # It is open again: who was refused asks again, and is let in.
    fanwire_client("dina", channel)


def test_a_liked_comment_is_told_on_every_device_of_its_author(
    fanwire_server: DevelopmentServer, fanwire_client: ConnectUser
) -> None:
    post = published(fanwire_server)
    comment = act(fanwire_server, "boris", "POST", f"/api/posts/{post}/comments", {"content": "!"})["id"]
    boris, clara, tab = fanwire_client("boris"), fanwire_client("clara", f"post:{post}"), fanwire_client("clara")
    act(fanwire_server, "clara", "POST", f"/api/comments/{comment}/like")
    tab.receive("feed:clara", type="comment_like_state", commentId=comment, isLiked=True)
    clara.receive(f"post:{post}", type="comment_liked", commentId=comment, likesCount=1)
    boris.receive("notifications:boris", type="notification", notification={"type": "LIKE_COMMENT"})


def test_a_follower_hears_of_open_posts_only(fanwire_server: DevelopmentServer, fanwire_client: ConnectUser) -> None:
    act(fanwire_server, "eva", "POST", "/api/follow/anna")
    eva = fanwire_client("eva")
    published(fanwire_server, isLocked=True)
    post = published(fanwire_server)
    told = eva.receive(type="feed_update")
    assert (told.channel, told.data["post"]["id"]) == ("notifications:eva", post)
