"""What tests of messages do all the time."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from fanwire.platform.messages import tables
from fanwire.store import tables as store
from tests.integration.platform.api import PlatformApi

MESSAGES = "/api/messages"


async def send(api: PlatformApi, sender: str, to: str, content: str = "Привет", **more: Any) -> dict[str, Any]:
    body = {"toUserId": to, "content": content, **more}
    sent: dict[str, Any] = await api.ok(sender, "POST", MESSAGES, body)
    return sent


async def read(api: PlatformApi, reader: str, message: dict[str, Any], here: str | None = None) -> dict[str, Any]:
    path = f"{MESSAGES}/{here or message['conversationId']}"
    state: dict[str, Any] = await api.ok(reader, "PATCH", path, {"readUpTo": message["id"]})
    return state


async def total(api: PlatformApi, user: str) -> int:
    return int((await api.ok(user, "GET", MESSAGES))["unreadMessages"])


async def bell(api: PlatformApi, user: str) -> dict[str, Any]:
    """The inbox after the relay has handled everything."""
    await api.applied()
    page: dict[str, Any] = await api.ok(user, "GET", "/api/user/notifications?limit=100")
    return page


async def subscribe(api: PlatformApi, creator: str, *fans: str) -> None:
    for fan in fans:
        await api.ok(fan, "POST", "/api/subscriptions/process-payment", {"creatorId": creator})


async def to_all(api: PlatformApi, creator: str, content: str = "Всем", **more: Any) -> dict[str, Any]:
    sent: dict[str, Any] = await api.ok(creator, "POST", f"{MESSAGES}/broadcast", {"content": content, **more})
    return sent


def frames_on(frames: list[tuple[str, dict[str, Any]]], channel: str, kind: str) -> list[dict[str, Any]]:
    return [data for name, data in frames if name == channel and data["type"] == kind]


async def messages_of(api: PlatformApi, *senders: str) -> int:
    """How many rows these people have written."""
    async with api.database.read.connect() as connection:
        rows = await connection.execute(select(tables.message.c.id).where(tables.message.c.sender_id.in_(senders)))
        return len(rows.all())


async def outbox_text(api: PlatformApi) -> str:
    async with api.database.read.connect() as connection:
        rows = await connection.execute(select(store.outbox.c.payload))
        return json.dumps([row[0] for row in rows], ensure_ascii=False)
