"""The pytest plugin's server and client, as a user's test has them."""

from __future__ import annotations

import httpx2
import pytest

from fanwire.testing.development import DevelopmentServer
from fanwire.testing.plugin import ConnectUser


def like(server: DevelopmentServer, user: str) -> str:
    """Boris or clara likes anna's newest open post; its id."""
    auth = {"Authorization": f"Bearer {server.token(user)}"}
    posts = httpx2.get(f"{server.url}/api/posts", headers=auth).json()["posts"]
    post: str = next(one["id"] for one in posts if not one["isLocked"])
    httpx2.delete(f"{server.url}/api/posts/{post}/like", headers=auth).raise_for_status()
    httpx2.post(f"{server.url}/api/posts/{post}/like", headers=auth).raise_for_status()
    return post


def test_a_like_reaches_a_client(fanwire_server: DevelopmentServer, fanwire_client: ConnectUser) -> None:
    anna = fanwire_client("anna", "creator:anna")
    assert anna.snapshots["notifications:anna"]["type"] == "snapshot"
    post = like(fanwire_server, "clara")
    got = anna.receive("notifications:anna", type="notification", notification={"metadata": {"postId": post}})
    assert got.data["notification"]["type"] == "LIKE_POST"


def test_what_does_not_come_is_told_with_what_came(
    fanwire_server: DevelopmentServer, fanwire_client: ConnectUser
) -> None:
    boris = fanwire_client("boris", "creator:boris")
    event = {"creatorId": "boris", "changes": {"bio": "Пишу."}}
    key = {"X-API-Key": fanwire_server.api_key}
    httpx2.post(f"{fanwire_server.url}/events/notify_creator_update", json=event, headers=key).raise_for_status()
    boris.receive("creator:boris", type="creator_updated")
    with pytest.raises(AssertionError, match=r"(?s)did not happen within 0\.1 s.*Пишу"):
        boris.receive("creator:boris", type="post_deleted", timeout=0.1)


def test_a_refused_channel_fails_the_test_that_asked_for_it(fanwire_client: ConnectUser) -> None:
    with pytest.raises(AssertionError, match=r"feed:anna.*103"):
        fanwire_client("clara", "feed:anna")
