"""Messages that have a price: the text is nowhere until it is bought, and then with the buyer only."""

from __future__ import annotations

import asyncio
import json

from tests.integration.platform.api import PlatformApi
from tests.integration.platform.messages.chat import (
    MESSAGES,
    bell,
    frames_on,
    outbox_text,
    send,
    subscribe,
    to_all,
)
from tests.integration.platform.messages.conftest import People

CANARY = "канарейка-7f3a"
PRICE = {"price": 29_900, "currency": "RUB"}


async def test_the_text_is_nowhere_before_it_is_bought(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    sent = await send(api, anna, boris, CANARY, **PRICE)
    assert (sent["content"], sent["isLocked"]) == (CANARY, False)
    assert CANARY not in await outbox_text(api)
    seen = [
        await api.applied(),
        await bell(api, boris),
        await api.ok(boris, "GET", MESSAGES),
        await api.ok(boris, "GET", f"{MESSAGES}/{sent['conversationId']}"),
    ]
    assert CANARY not in json.dumps(seen, ensure_ascii=False)
    (shown,) = seen[3]["messages"]
    assert (shown["content"], shown["isLocked"], shown["price"], shown["currency"]) == (None, True, 29_900, "RUB")
    assert seen[1]["notifications"][0]["message"] == "Платное сообщение"


async def test_who_buys_has_the_text_on_all_devices_and_nobody_else_has(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    sent = await send(api, anna, boris, CANARY, **PRICE)
    here = sent["conversationId"]
    await api.applied()
    api.published.frames.clear()
    path = f"{MESSAGES}/{here}/{sent['id']}/purchase"
    bought = await api.ok(boris, "POST", path, {"paymentId": f"pay-{sent['id']}", "provider": "any"})
    assert (bought["content"], bought["isLocked"], bought["isMine"]) == (CANARY, False, False)
    assert await api.ok(boris, "POST", path, {"paymentId": f"pay-{sent['id']}"}) == bought
    frames = await api.applied()
    ((channel, unlocked),) = frames
    assert channel == f"feed:{boris}"
    assert (unlocked["type"], unlocked["conversationId"]) == ("message_unlocked", here)
    assert unlocked["message"] == {
        "id": sent["id"],
        "senderId": anna,
        "content": CANARY,
        **PRICE,
        "createdAt": sent["createdAt"],
        "isLocked": False,
    }
    assert (await api.ok(boris, "GET", f"{MESSAGES}/{here}"))["messages"][0]["content"] == CANARY
    assert (await api.ok(boris, "GET", MESSAGES))["conversations"][0]["lastMessage"]["content"] == CANARY


async def test_a_payment_buys_one_message_once(api: PlatformApi, people: People) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    first, second = [await send(api, anna, boris, CANARY, **PRICE) for _ in range(2)]
    free = await send(api, anna, boris, "даром", price=0)
    assert (free["price"], free["currency"]) == (None, None)
    here, paid = f"{MESSAGES}/{first['conversationId']}", {"paymentId": f"pay-{first['id']}"}
    await api.ok(boris, "POST", f"{here}/{first['id']}/purchase", paid)
    await api.forget()
    await api.refused(409, boris, "POST", f"{here}/{second['id']}/purchase", paid)
    await api.refused(409, boris, "POST", f"{here}/{first['id']}/purchase", {"paymentId": f"other-{first['id']}"})
    await api.refused(422, boris, "POST", f"{here}/{free['id']}/purchase", {"paymentId": "x"})
    await api.refused(422, anna, "POST", f"{here}/{second['id']}/purchase", {"paymentId": "x"})
    await api.refused(422, boris, "POST", f"{here}/{second['id']}/purchase", {"paymentId": ""})
    await api.refused(404, clara, "POST", f"{here}/{second['id']}/purchase", {"paymentId": "x"})
    await api.refused(404, boris, "POST", f"{here}/no-such/purchase", {"paymentId": "x"})
    assert await api.events() == []
    assert (await api.ok(boris, "GET", here))["messages"][1]["isLocked"] is True


async def test_one_payment_at_once_from_two_devices_is_one_purchase(api: PlatformApi, people: People) -> None:
    anna, boris = await people("Анна", "Борис")
    sent = await send(api, anna, boris, CANARY, **PRICE)
    await api.applied()
    path = f"{MESSAGES}/{sent['conversationId']}/{sent['id']}/purchase"
    buying = [api.ok(boris, "POST", path, {"paymentId": f"pay-{sent['id']}"}) for _ in range(6)]
    answers = await asyncio.gather(*buying)
    assert {answer["content"] for answer in answers} == {CANARY}
    assert [function for function, _ in await api.events()] == ["notify_message_unlocked"]


async def test_a_paid_message_to_all_is_bought_by_one_and_stays_closed_to_the_others(
    api: PlatformApi, people: People
) -> None:
    anna, boris, clara = await people("Анна", "Борис", "Клара")
    await api.post(anna)
    await subscribe(api, anna, boris, clara)
    await api.applied()
    sent = await to_all(api, anna, CANARY, **PRICE)
    assert CANARY not in await outbox_text(api)
    here = (await api.ok(boris, "GET", MESSAGES))["conversations"][0]["id"]
    assert CANARY not in json.dumps([await api.applied(), await bell(api, boris)], ensure_ascii=False)
    api.published.frames.clear()
    await api.ok(boris, "POST", f"{MESSAGES}/{here}/{sent['id']}/purchase", {"paymentId": f"pay-{sent['id']}"})
    frames = await api.applied()
    assert len(frames_on(frames, f"feed:{boris}", "message_unlocked")) == len(frames) == 1
    (theirs,) = (await api.ok(clara, "GET", MESSAGES))["conversations"]
    assert (theirs["lastMessage"]["content"], theirs["lastMessage"]["isLocked"]) == (None, True)
