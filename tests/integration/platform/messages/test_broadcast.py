"""POST /api/messages/broadcast: one row, whoever many read it."""

from __future__ import annotations

import asyncio

from tests.integration.platform.api import PlatformApi
from tests.integration.platform.messages.chat import (
    MESSAGES,
    bell,
    frames_on,
    messages_of,
    read,
    send,
    subscribe,
    to_all,
    total,
)
from tests.integration.platform.messages.conftest import People

MONTH = 31 * 86_400


async def test_it_is_one_row_and_one_item_however_many_subscribe(api: PlatformApi, people: People) -> None:
    anna, *fans = await people("Анна", "Борис", "Клара", "Дора")
    await api.post(anna)
    await subscribe(api, anna, *fans)
    await api.applied()
    api.published.frames.clear()
    sent = await to_all(api, anna)
    assert (sent["conversationId"], sent["isBroadcast"], sent["content"]) == (None, True, "Всем")
    assert await messages_of(api, anna) == 1
    assert [function for function, _ in await api.events()] == ["send_audience_notification"]
    ((stream, frame),) = await api.applied()
    assert (stream, frame["notification"]["type"], frame["notification"]["message"]) == (
        f"creator:{anna}",
        "NEW_MESSAGE",
        "Всем",
    )
    assert frame["notification"]["metadata"] == {"creatorId": anna, "messageId": sent["id"]}
    for fan in fans:
        page = await api.ok(fan, "GET", MESSAGES)
        (conversation,) = page["conversations"]
        assert (conversation["peer"]["id"], conversation["unreadMessages"], page["unreadMessages"]) == (anna, 1, 1)
        messages = (await api.ok(fan, "GET", f"{MESSAGES}/{conversation['id']}"))["messages"]
        assert [(m["id"], m["content"], m["isBroadcast"]) for m in messages] == [(sent["id"], "Всем", True)]


async def test_who_subscribed_at_that_time_has_it(api: PlatformApi, people: People) -> None:
    anna, before, lapsed, after, stranger = await people("Анна", "до", "раньше", "после", "чужой")
    await api.post(anna)
    await subscribe(api, anna, lapsed)
    api.clock.advance(MONTH)
    await subscribe(api, anna, before)
    await to_all(api, anna)
    await subscribe(api, anna, after, lapsed)
    assert [await total(api, user) for user in (before, lapsed, after, stranger, anna)] == [1, 0, 0, 0, 0]
    api.clock.advance(MONTH)
    assert await total(api, before) == 1
    await to_all(api, anna, "никому")
    assert [await total(api, user) for user in (before, lapsed, after)] == [1, 0, 0]
    assert (await api.ok(after, "GET", MESSAGES))["conversations"] == []


async def test_it_stands_among_what_the_two_have_said(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    await api.post(anna)
    await subscribe(api, anna, boris)
    here = (await send(api, boris, anna, "раз"))["conversationId"]
    sent = await to_all(api, anna, "два")
    await send(api, anna, boris, "три")
    for viewer in (anna, boris):
        page = await api.ok(viewer, "GET", f"{MESSAGES}/{here}?limit=2")
        rest = await api.ok(viewer, "GET", f"{MESSAGES}/{here}?cursor={page['nextCursor']}")
        assert [one["content"] for one in page["messages"] + rest["messages"]] == ["три", "два", "раз"]
    assert (await total(api, boris), await total(api, anna)) == (2, 1)
    state = await read(api, boris, sent, here)
    assert (state["unreadInConversation"], state["unreadMessages"]) == (1, 1)


async def test_reading_it_reads_its_item(api: PlatformApi, people: People) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    await api.post(anna)
    await subscribe(api, anna, boris, clara)
    await api.applied()
    first, second = [await to_all(api, anna, text) for text in ("раз", "два")]
    assert (await bell(api, boris))["unreadCount"] == 2
    here = (await api.ok(boris, "GET", MESSAGES))["conversations"][0]["id"]
    await read(api, boris, first, here)
    assert (await bell(api, boris))["unreadCount"] == 1
    await read(api, boris, second, here)
    assert (await bell(api, boris))["unreadCount"] == 0
    (*_, last) = frames_on(await api.applied(), f"feed:{boris}", "unread_messages")
    assert last["unreadMessages"] == await total(api, boris) == 0
    assert (await bell(api, clara))["unreadCount"] == await total(api, clara) == 2


async def test_a_total_that_is_told_holds_what_was_sent_to_all(api: PlatformApi, people: People) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    await api.post(anna)
    await subscribe(api, anna, boris)
    await to_all(api, anna)
    await send(api, clara, boris)
    (told,) = frames_on(await api.applied(), f"feed:{boris}", "unread_messages")
    assert told["unreadMessages"] == await total(api, boris) == 2


async def test_only_a_creator_writes_to_all(api: PlatformApi, people: People) -> None:
    (boris,) = await people("Борис")
    await api.refused(403, boris, "POST", f"{MESSAGES}/broadcast", {"content": "x"})
    await api.refused(422, boris, "POST", f"{MESSAGES}/broadcast", {"content": ""})
    assert await api.events() == []
    assert await messages_of(api, boris) == 0


async def test_totals_told_while_messages_go_to_all_add_up(api: PlatformApi, people: People) -> None:
    """A client adds what came to all after the newest total, by position: nothing twice, nothing forgotten."""
    anna, boris, clara, dora = await people("Анна", "Борис", "Клара", "Дора")
    await api.post(anna)
    await subscribe(api, anna, boris)
    await api.applied()
    for _ in range(4):
        api.published.frames.clear()
        before = await total(api, boris)
        writing = [send(api, writer, boris) for writer in (clara, dora) for _ in range(3)]
        await asyncio.gather(
            *(one for pair in zip(writing, [to_all(api, anna) for _ in writing], strict=True) for one in pair)
        )
        frames = await api.applied()
        told = frames_on(frames, f"feed:{boris}", "unread_messages")
        for newest in told:
            earlier = [
                f for f in frames_on(frames, f"creator:{anna}", "notification") if f["position"] < newest["version"]
            ]
            written = [f for f in told if f["version"] <= newest["version"]]
            assert newest["unreadMessages"] == before + len(earlier) + len(written)
        assert await total(api, boris) == before + 12
