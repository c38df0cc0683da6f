"""/api/blocks, and what a block closes."""

from __future__ import annotations

import asyncio

from fanwire.platform.blocks import tables
from tests.integration.platform.api import PlatformApi
from tests.integration.platform.messages.chat import MESSAGES, bell, messages_of, send, subscribe, to_all, total
from tests.integration.platform.messages.conftest import People

BLOCKS = "/api/blocks"


async def test_a_blocked_user_is_listed_to_the_blocker_alone(api: PlatformApi, people: People) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    answer = await api.ok(anna, "POST", BLOCKS, {"userId": boris})
    assert answer["user"] == {"id": boris, "nickname": "Борис", "avatar": None}
    assert await api.events() == [("block_user", {"userId": anna, "blockedId": boris})]
    await api.ok(anna, "POST", BLOCKS, {"userId": clara})
    first = await api.ok(anna, "GET", f"{BLOCKS}?limit=1")
    rest = await api.ok(anna, "GET", f"{BLOCKS}?limit=1&cursor={first['nextCursor']}")
    assert {page["blocks"][0]["user"]["id"] for page in (first, rest)} == {boris, clara}
    assert rest["nextCursor"] is None
    assert (await api.ok(boris, "GET", BLOCKS))["blocks"] == []


async def test_a_second_block_changes_nothing_and_one_is_taken_back_once(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    answers = await asyncio.gather(*(api.ok(anna, "POST", BLOCKS, {"userId": boris}) for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert len(await api.events()) == 1
    await api.ok(anna, "DELETE", f"{BLOCKS}/{boris}")
    await api.refused(404, anna, "DELETE", f"{BLOCKS}/{boris}")
    assert await api.events() == [
        ("block_user", {"userId": anna, "blockedId": boris}),
        ("unblock_user", {"userId": anna, "blockedId": boris}),
    ]


async def test_a_message_to_a_blocker_is_refused_and_so_is_one_to_the_blocked(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    old = await send(api, boris, anna, "до того")
    here = old["conversationId"]
    await api.ok(anna, "POST", BLOCKS, {"userId": boris})
    await api.forget()
    for sender in (boris, anna):
        other = anna if sender == boris else boris
        for to in ({"toUserId": other}, {"conversationId": here}):
            problem = await api.refused(403, sender, "POST", MESSAGES, {**to, "content": "x"})
            assert problem["type"] == "urn:fanwire:problem:blocked"
    assert await api.events() == []
    assert await messages_of(api, anna, boris) == 1
    # What was said before stays theirs.
    assert [m["id"] for m in (await api.ok(boris, "GET", f"{MESSAGES}/{here}"))["messages"]] == [old["id"]]
    await api.ok(anna, "DELETE", f"{BLOCKS}/{boris}")
    assert (await send(api, boris, anna, "снова"))["conversationId"] == here


async def test_who_is_blocked_gets_no_message_to_all(api: PlatformApi, people: People) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    await api.post(anna)
    await subscribe(api, anna, boris, clara)
    await api.applied()
    await api.ok(anna, "POST", BLOCKS, {"userId": boris})
    await to_all(api, anna)
    await api.ok(anna, "DELETE", f"{BLOCKS}/{boris}")
    await to_all(api, anna, "после")
    assert (await total(api, boris), await total(api, clara)) == (1, 2)
    for fan, unread in ((boris, 1), (clara, 2)):
        assert (await bell(api, fan))["unreadCount"] == unread


async def test_bad_blocks_are_refused(api: PlatformApi, people: People) -> None:
    (anna,) = await people("Анна")
    await api.refused(422, anna, "POST", BLOCKS, {"userId": anna})
    await api.refused(404, anna, "POST", BLOCKS, {"userId": "nobody-at-all"})
    await api.refused(422, anna, "POST", BLOCKS, {})
    await api.refused(404, anna, "DELETE", f"{BLOCKS}/nobody-at-all")
    assert await api.events() == []
    async with api.database.read.connect() as connection:
        columns = tables.block.c
        assert (await connection.execute(tables.block.select().where(columns.blocker_id == anna))).first() is None


async def test_who_is_blocked_can_do_nothing_with_what_the_blocker_publishes(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    post, locked = await api.post(anna), await api.post(anna, isLocked=True, price=100)
    comment = await api.ok(anna, "POST", f"/api/posts/{post}/comments", {"content": "..."})
    sold = await send(api, anna, boris, "тайна", price=500)
    await api.ok(anna, "POST", BLOCKS, {"userId": boris})
    await api.forget()
    acts: list[tuple[str, dict[str, object] | None]] = [
        (f"/api/posts/{post}/like", None),
        (f"/api/posts/{post}/comments", {"content": "x"}),
        (f"/api/comments/{comment['id']}/like", None),
        (f"/api/posts/{locked}/purchase", {"paymentId": f"pay-{locked}"}),
        (f"/api/messages/{sold['conversationId']}/{sold['id']}/purchase", {"paymentId": f"pay-{sold['id']}"}),
        (f"/api/follow/{anna}", None),
        ("/api/subscriptions/process-payment", {"creatorId": anna}),
        ("/api/tips", {"creatorId": anna, "amount": 1000, "currency": "RUB", "paymentId": f"tip-{post}"}),
    ]
    for path, body in acts:
        problem = await api.refused(403, boris, "POST", path, body)
        assert problem["type"] == "urn:fanwire:problem:blocked", path
    assert (await api.ok(boris, "GET", f"/api/posts/{post}"))["locked"] is True
    assert await api.events() == []
