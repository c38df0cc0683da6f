"""PATCH and GET /api/messages/{id}: the watermark, the counts, the bell."""

from __future__ import annotations

import asyncio

from tests.integration.platform.api import PlatformApi
from tests.integration.platform.messages.chat import MESSAGES, bell, frames_on, read, send, total
from tests.integration.platform.messages.conftest import People


async def test_reading_moves_the_watermark_and_tells_every_device(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    first, second = [await send(api, boris, anna, text) for text in ("раз", "два")]
    await api.applied()
    api.published.frames.clear()
    here = first["conversationId"]
    expected = {"conversationId": here, "readUpTo": second["id"], "unreadInConversation": 0, "unreadMessages": 0}
    assert await read(api, anna, second) == expected
    frames = await api.applied()
    assert frames_on(frames, f"conversation:{here}", "message_read") == [
        {"type": "message_read", "conversationId": here, "userId": anna, "upTo": second["id"]}
    ]
    (unread,) = frames_on(frames, f"feed:{anna}", "unread_messages")
    assert unread["unreadMessages"] == 0
    assert unread["version"] > 0
    assert (await bell(api, anna))["unreadCount"] == 0
    seen_by = {user: await api.ok(user, "GET", f"{MESSAGES}/{here}") for user in (anna, boris)}
    assert (seen_by[anna]["readUpTo"], seen_by[anna]["peerReadUpTo"]) == (second["id"], None)
    assert (seen_by[boris]["readUpTo"], seen_by[boris]["peerReadUpTo"]) == (None, second["id"])


async def test_the_watermark_never_goes_back(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    first, second = [await send(api, boris, anna, text) for text in ("раз", "два")]
    newest = await read(api, anna, second)
    await api.forget()
    assert await read(api, anna, first) == newest
    assert await read(api, anna, second) == newest
    assert await api.events() == []


async def test_who_has_read_only_a_part_keeps_the_item(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    first, second = [await send(api, boris, anna, text) for text in ("раз", "два")]
    await bell(api, anna)
    state = await read(api, anna, first)
    assert (state["unreadInConversation"], state["unreadMessages"]) == (1, 1)
    assert (await bell(api, anna))["unreadCount"] == 1
    await read(api, anna, second)
    assert (await bell(api, anna))["unreadCount"] == 0
    await send(api, boris, anna, "три")
    assert (await bell(api, anna))["unreadCount"] == 1


async def test_one_reads_ones_own_message_too(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    await send(api, boris, anna)
    answer = await send(api, anna, boris)
    assert (await read(api, anna, answer))["unreadMessages"] == 0
    assert await total(api, boris) == 1


async def test_other_peoples_conversations_and_messages_do_not_exist(api: PlatformApi, people: People) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    theirs = await send(api, boris, anna)
    mine = await send(api, clara, anna)
    await api.forget()
    path, mine_path = f"{MESSAGES}/{theirs['conversationId']}", f"{MESSAGES}/{mine['conversationId']}"
    await api.refused(404, clara, "GET", path)
    await api.refused(404, clara, "PATCH", path, {"readUpTo": theirs["id"]})
    for unknown in (theirs["id"], "no-such"):
        problem = await api.refused(404, anna, "PATCH", mine_path, {"readUpTo": unknown})
        assert unknown in problem["detail"]
    await api.refused(422, anna, "PATCH", mine_path, {"readUpTo": ""})
    await api.refused(422, anna, "PATCH", mine_path, {})
    assert await api.events() == []
    assert await total(api, anna) == 2


async def test_reading_while_messages_come_loses_none(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    first = await send(api, boris, anna)
    sending = [send(api, boris, anna, str(n)) for n in range(8)]
    states = await asyncio.gather(*sending, read(api, anna, first), *(read(api, anna, first) for _ in range(3)))
    assert states
    assert await total(api, anna) == 8
    (*_, last) = frames_on(await api.applied(), f"feed:{anna}", "unread_messages")
    assert last["unreadMessages"] == 8
    assert (await bell(api, anna))["unreadCount"] == 1


async def test_reading_the_newest_while_one_more_comes_leaves_that_one(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    for _ in range(4):
        seen = await send(api, boris, anna)
        await asyncio.gather(read(api, anna, seen), send(api, boris, anna, "ещё"))
        page = await bell(api, anna)
        assert (await total(api, anna), page["unreadCount"]) == (1, 1)
        await read(api, anna, await send(api, anna, boris))


async def test_pages_of_messages_join_without_a_gap(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    sent = [await send(api, *pair, str(n)) for n, pair in enumerate([(anna, boris), (boris, anna)] * 3)]
    path, found, cursor = f"{MESSAGES}/{sent[0]['conversationId']}?limit=4", [], ""
    for _ in range(2):
        page = await api.ok(anna, "GET", path + cursor)
        found += page["messages"]
        cursor = f"&cursor={page['nextCursor']}"
    assert page["nextCursor"] is None
    assert [one["content"] for one in found] == ["5", "4", "3", "2", "1", "0"]
    assert [one["isMine"] for one in found[:2]] == [False, True]
    await api.refused(422, anna, "GET", f"{path}&cursor=nonsense")


async def test_the_list_begins_with_the_newest(api: PlatformApi, people: People) -> None:
    anna, boris, clara, dora = await people("Анна", "Борис", "Клара", "Дора")
    await send(api, boris, anna, "старое")
    await send(api, clara, anna, "с" * 300)
    await send(api, anna, dora, "своё")
    await send(api, boris, anna, "новое")
    first = await api.ok(anna, "GET", f"{MESSAGES}?limit=2")
    assert [(c["peer"]["nickname"], c["unreadMessages"]) for c in first["conversations"]] == [("Борис", 2), ("Дора", 0)]
    assert first["conversations"][0]["lastMessage"]["content"] == "новое"
    assert first["unreadMessages"] == 3
    rest = await api.ok(anna, "GET", f"{MESSAGES}?limit=2&cursor={first['nextCursor']}")
    (last,) = rest["conversations"]
    assert (last["peer"]["id"], last["unreadMessages"], rest["nextCursor"]) == (clara, 1, None)
    assert len(last["lastMessage"]["content"]) == 100
