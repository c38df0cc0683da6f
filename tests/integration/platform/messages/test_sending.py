"""POST /api/messages."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import func, select

from fanwire.platform.messages import tables
from tests.integration.platform.api import PlatformApi
from tests.integration.platform.messages.chat import MESSAGES, bell, frames_on, messages_of, send, total
from tests.integration.platform.messages.conftest import People


async def test_a_message_opens_a_conversation_and_is_told_to_both(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    sent = await send(api, boris, anna)
    here = sent["conversationId"]
    assert {k: sent[k] for k in ("senderId", "content", "price", "isLocked", "isMine", "isBroadcast")} == {
        "senderId": boris,
        "content": "Привет",
        "price": None,
        "isLocked": False,
        "isMine": True,
        "isBroadcast": False,
    }
    created, item, unread = await api.applied()
    said = {"id": sent["id"], "senderId": boris, "content": "Привет", "createdAt": sent["createdAt"], "isLocked": False}
    assert created == (
        f"conversation:{here}",
        {"type": "message_created", "conversationId": here, "message": said},
    )
    assert (item[0], item[1]["type"], item[1]["unreadCount"]) == (f"notifications:{anna}", "notification", 1)
    shown = item[1]["notification"]
    assert (shown["type"], shown["title"], shown["message"]) == ("NEW_MESSAGE", "Новое сообщение: Борис", "Привет")
    assert shown["metadata"] == {"conversationId": here, "messageId": sent["id"], "userId": boris}
    assert (unread[0], unread[1]["type"], unread[1]["unreadMessages"]) == (f"feed:{anna}", "unread_messages", 1)


async def test_a_pair_has_one_conversation_whoever_writes(api: PlatformApi, people: People) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    first = await send(api, boris, anna)
    answer = await send(api, anna, boris)
    by_id = {"conversationId": first["conversationId"], "content": "ещё"}
    third = await api.ok(boris, "POST", MESSAGES, by_id)
    other = await send(api, clara, anna)
    assert first["conversationId"] == answer["conversationId"] == third["conversationId"] != other["conversationId"]


async def test_first_messages_at_once_open_one_conversation(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    sent = await asyncio.gather(*(send(api, *pair) for pair in [(anna, boris), (boris, anna)] * 6))
    assert len({one["conversationId"] for one in sent}) == 1
    async with api.database.read.connect() as connection:
        pair = tables.conversation.c.low_id.in_([anna, boris])
        assert await connection.scalar(select(func.count()).select_from(tables.conversation).where(pair)) == 1
    assert (await total(api, anna), await total(api, boris)) == (6, 6)
    told = [f["unreadMessages"] for f in frames_on(await api.applied(), f"feed:{anna}", "unread_messages")]
    assert told == [1, 2, 3, 4, 5, 6]


async def test_messages_of_many_at_once_are_counted_one_by_one(api: PlatformApi, people: People) -> None:
    anna, *fans = await people("Анна", *(f"f{n}" for n in range(8)))
    await asyncio.gather(*(send(api, fan, anna) for fan in fans for _ in range(2)))
    told = [f["unreadMessages"] for f in frames_on(await api.applied(), f"feed:{anna}", "unread_messages")]
    assert told == list(range(1, 17))
    assert await total(api, anna) == 16


async def test_unread_messages_of_one_conversation_are_one_item(api: PlatformApi, people: People) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    for text in ("раз", "два", "три"):
        await send(api, boris, anna, text)
    await send(api, clara, anna, "и я")
    page = await bell(api, anna)
    assert [item["message"] for item in page["notifications"]] == ["и я", "три"]
    assert page["unreadCount"] == 2


async def test_the_same_key_sends_once(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    body = {"toUserId": anna, "content": "Привет"}
    answers = [await api.ok(boris, "POST", MESSAGES, body, key="once") for _ in range(2)]
    assert answers[0] == answers[1]
    assert await messages_of(api, boris) == 1
    assert len(await api.events()) == 3


BAD: list[tuple[dict[str, Any], int]] = [
    ({"content": "x"}, 422),
    ({"toUserId": "PEER", "conversationId": "c", "content": "x"}, 422),
    ({"toUserId": "PEER"}, 422),
    ({"toUserId": "PEER", "content": "   "}, 422),
    ({"toUserId": "PEER", "content": "я" * 500_000}, 422),
    ({"toUserId": "PEER", "content": "x" * 1_100_000}, 413),
    ({"toUserId": "PEER", "content": "x\0y"}, 422),
    ({"toUserId": "PEER", "content": "x", "price": -1}, 422),
    ({"toUserId": "PEER", "content": "x", "price": 9.99}, 422),
    ({"toUserId": "PEER", "content": "x", "price": 10**10}, 422),
    ({"toUserId": "PEER", "content": "x", "price": 100, "currency": "XXX"}, 422),
    ({"toUserId": "ME", "content": "x"}, 422),
    ({"toUserId": "nobody-at-all", "content": "x"}, 404),
    ({"conversationId": "no-such", "content": "x"}, 404),
    ({"conversationId": "FOREIGN", "content": "x"}, 404),
]


async def test_what_is_refused_is_neither_written_nor_told(api: PlatformApi, people: People) -> None:
    me, peer, third = await people("Я", "Пир", "Третий")
    foreign = (await send(api, peer, third))["conversationId"]
    await api.forget()
    real = {"ME": me, "PEER": peer, "FOREIGN": foreign}
    for body, status in BAD:
        named = {name: real.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
        await api.refused(status, me, "POST", MESSAGES, named)
    assert await messages_of(api, me) == 0
    assert await api.events() == []
    assert (await api.ok(me, "GET", MESSAGES))["conversations"] == []
