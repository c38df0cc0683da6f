"""/api/messages: sending."""

from __future__ import annotations

import asyncio

import pytest

from fanwire.platform.messages import tables
from tests.integration.platform.api import PlatformApi

HELLO = {"toUserId": "anna", "content": "Привет"}


async def met(api: PlatformApi, *people: str) -> None:
    """Make users of them: whoever has written something is one."""
    for person in people:
        await api.ok(person, "PATCH", "/api/user/settings", {"nickname": person.title()})
    await api.forget()


async def test_a_message_opens_a_conversation_and_is_told_to_both(api: PlatformApi) -> None:
    await met(api, "anna", "boris")
    sent = await api.ok("boris", "POST", "/api/messages", HELLO)
    here = sent["conversationId"]
    assert {k: sent[k] for k in ("senderId", "content", "price", "isLocked", "isMine", "isBroadcast")} == {
        "senderId": "boris",
        "content": "Привет",
        "price": None,
        "isLocked": False,
        "isMine": True,
        "isBroadcast": False,
    }
    frames = await api.applied()
    assert frames[0] == (
        f"conversation:{here}",
        {
            "type": "message_created",
            "conversationId": here,
            "message": {
                "id": sent["id"],
                "senderId": "boris",
                "content": "Привет",
                "createdAt": sent["createdAt"],
                "isLocked": False,
            },
        },
    )
    channel, bell = frames[1]
    assert (channel, bell["type"], bell["unreadCount"]) == ("notifications:anna", "notification", 1)
    item = bell["notification"]
    assert (item["type"], item["title"], item["message"]) == ("NEW_MESSAGE", "Новое сообщение: Boris", "Привет")
    assert item["metadata"] == {"conversationId": here, "messageId": sent["id"], "userId": "boris"}
    assert (frames[2][0], frames[2][1]["type"], frames[2][1]["unreadMessages"]) == ("feed:anna", "unread_messages", 1)
    assert len(frames) == 3
