"""What the inbox says to a connected client of a real server: through the relay, the broker and the hub."""

from __future__ import annotations

from typing import Any

import httpx2

from fanwire.testing.development import DevelopmentServer
from fanwire.testing.plugin import ConnectUser

CHAT = "conversation:wire"


def say(server: DevelopmentServer, function: str, **event: Any) -> None:
    headers = {"X-API-Key": server.api_key}
    httpx2.post(f"{server.url}/events/{function}", json=event, headers=headers).raise_for_status()


def message(number: int) -> dict[str, Any]:
    return {"type": "NEW_MESSAGE", "title": str(number), "metadata": {"messageId": f"wire-{number}"}}


def unread(server: DevelopmentServer, user: str) -> list[str]:
    headers = {"Authorization": f"Bearer {server.token(user)}"}
    page = httpx2.get(f"{server.url}/api/user/notifications", headers=headers).json()
    assert page["unreadCount"] == len(page["notifications"])
    return [one["title"] for one in page["notifications"]]


def test_one_conversation_is_one_item_that_can_be_taken_back(
    fanwire_server: DevelopmentServer, fanwire_client: ConnectUser
) -> None:
    server, user, channel = fanwire_server, "wire-fan", "notifications:wire-fan"
    client = fanwire_client(user)
    for number in (1, 2):
        say(server, "send_notification", userId=user, notification=message(number), collapseKey=CHAT)
    first = client.receive(channel, type="notification", unreadCount=1).data
    second = client.receive(channel, type="notification", replaces=first["notification"]["id"]).data
    assert (second["unreadCount"], unread(server, user)) == (1, ["2"])
    say(server, "retract_notification", userId=user, key="NEW_MESSAGE:wire-2")
    client.receive(channel, type="notification_removed", notificationId=second["notification"]["id"], unreadCount=0)
    assert unread(server, user) == []


def test_a_message_to_all_subscribers_comes_and_goes(
    fanwire_server: DevelopmentServer, fanwire_client: ConnectUser
) -> None:
    """To who subscribed before the connection, and to who subscribes while it is open."""
    server, early, late = fanwire_server, "wire-early", "wire-late"
    say(server, "grant_access", userId=early, resource="creator:wire-star")
    latecomer = fanwire_client(late)
    say(server, "grant_access", userId=late, resource="creator:wire-star")
    latecomer.receive(f"feed:{late}", type="subscription_updated")
    clients = {early: fanwire_client(early), late: latecomer}
    say(server, "send_audience_notification", creatorId="wire-star", notification=message(3))
    got = {user: client.receive(f"notifications:{user}", type="notification").data for user, client in clients.items()}
    assert got[early] == got[late]
    assert unread(server, early) == unread(server, late) == ["3"]
    say(server, "retract_audience_notification", creatorId="wire-star", key="NEW_MESSAGE:wire-3")
    for user, client in clients.items():
        client.receive(
            f"notifications:{user}", type="notification_removed", notificationId=got[user]["notification"]["id"]
        )
    assert unread(server, early) == unread(server, late) == []


def test_an_open_post_reaches_who_follows_now(fanwire_server: DevelopmentServer, fanwire_client: ConnectUser) -> None:
    server, user = fanwire_server, "wire-follower"
    say(server, "follow_creator", userId=user, creatorId="wire-star")
    client = fanwire_client(user)
    for number, is_locked in ((1, True), (2, False)):
        post = {"id": f"wire-{number}", "creatorId": "wire-star", "title": "t", "isLocked": is_locked}
        say(server, "notify_new_post", post=post)
    update = client.receive(f"notifications:{user}", type="feed_update").data
    assert update == {"type": "feed_update", "post": post}
    assert unread(server, user) == []
