"""Readers act on several devices while the relay applies: every count stays exact, and each pair with its position."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from fanwire.errors import NotFound
from fanwire.frames import Frame, Target
from fanwire.payloads import (
    Event,
    GrantAccess,
    MarkNotificationAsRead,
    MarkNotificationsAsRead,
    Notification,
    NotifyNewPost,
    NotifyPostDeleted,
    Post,
    RetractAudienceNotification,
    RetractNotification,
    SendAudienceNotification,
    SendNotification,
)
from fanwire.store import tables
from tests.integration.inbox.conftest import Site
from tests.integration.inbox.reference_store import Store

pytestmark = pytest.mark.timeout(240)  # seconds; a tenth of it on an idle machine

USERS = ("boris", "clara")
DEVICES = 3


CHAT = "conversation:1"


def hello(user: str) -> SendNotification:
    return SendNotification(user_id=user, notification=Notification(type="HELLO", title="t"))


def message(number: int) -> Notification:
    return Notification(type="NEW_MESSAGE", title="t", metadata={"messageId": number})


class Traffic:
    """One relay and three devices of each user, on connections of their own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.ids: list[str] = []
        self.frames: list[Frame] = []
        self.relay_done = False

    async def relay(self) -> None:
        random = Random(1)
        for number in range(60):
            events = [self._event(random, number) for _ in range(4)]
            frames = await self.site.apply(*events)
            self.frames += frames
            self.ids += [frame.data["notification"]["id"] for frame in frames if "notification" in frame.data]
        self.relay_done = True

    def _event(self, random: Random, number: int) -> Event:
        user = random.choice(USERS)
        return random.choice(
            [
                hello(user),
                NotifyNewPost(post=Post(id=f"p{number}-{random.random()}", creator_id="anna")),
                NotifyNewPost(post=Post(id=f"p{number}", creator_id="anna")),
                NotifyPostDeleted(post_id=f"p{random.randrange(number + 1)}", creator_id="anna"),
                MarkNotificationAsRead(user_id=user, notification_id=random.choice(self.ids or ["none"])),
                SendNotification(user_id=user, notification=message(number), collapse_key=CHAT),
                SendNotification(user_id=user, notification=message(-number), collapse_key=CHAT),
                MarkNotificationsAsRead(user_id=user, collapse_key=CHAT),
                RetractNotification(user_id=user, key=f"NEW_MESSAGE:{random.randrange(number + 2)}"),
                SendAudienceNotification(creator_id="anna", notification=message(number)),
                RetractAudienceNotification(creator_id="anna", key=f"NEW_MESSAGE:{random.randrange(number + 2)}"),
            ]
        )

    async def device(self, user: str, seed: int) -> None:
        random, inbox = Random(seed), self.site.inbox
        while not self.relay_done:
            await self._act(random, user)
            snapshot = await inbox.snapshot(user)
            page = await inbox.page(user, limit=100)
            assert page.unread_count == sum(not one["isRead"] for one in page.notifications) or page.next_cursor
            assert len(snapshot.data["notifications"]) == min(20, snapshot.data["unreadCount"])

    async def _act(self, random: Random, user: str) -> None:
        kind = random.random()
        if kind < 0.06:
            await self.site.inbox.mark_all_read(user)
        elif kind < 0.1:
            await self.site.inbox.clear(user)
        elif self.ids:
            with suppress(NotFound):  # the other user's, or deleted meanwhile
                await self.site.inbox.mark_read(user, random.choice(self.ids[-12:]))


async def test_counts_stay_exact_while_all_act_at_once(pg_site: Site) -> None:
    site, traffic = pg_site, Traffic(pg_site)
    await site.apply(*(GrantAccess(user_id=user, resource="creator:anna") for user in USERS))
    devices = (traffic.device(user, seed) for seed in range(DEVICES) for user in USERS)
    await asyncio.wait_for(asyncio.gather(traffic.relay(), *devices), 200)
    acts = [row["data"] | {"channel": row["channel"]} for row in await site.acted()]
    for user in USERS:
        personal = [frame.data for frame in traffic.frames if frame.channel == f"notifications:{user}"]
        personal += [data for data in acts if data["channel"] == f"notifications:{user}"]
        await _compare(
            site, user, personal, [frame.data for frame in traffic.frames if frame.target is Target.AUDIENCE]
        )


async def _compare(site: Site, user: str, personal: list[dict[str, Any]], audience: list[dict[str, Any]]) -> None:
    """Whatever order the two kinds of frame come in, a store ends with the badge and the list of the database."""
    page = await site.inbox.page(user, limit=100)
    listed = [(one["id"], one["isRead"]) for one in page.notifications]
    assert (page.next_cursor, page.unread_count) == (None, sum(not is_read for _, is_read in listed))
    personal.sort(key=lambda data: data["version"])
    for seed in range(20):
        store = _told(Random(seed), personal, audience)
        assert (store.badge, store.stale) == (page.unread_count, False)
        assert store.listed() == listed
        assert store.version == len(personal)
    async with site.database.read.connect() as connection:
        state = (await connection.execute(select(tables.inbox_user).where(tables.inbox_user.c.user_id == user))).one()
    assert state.version == len(personal)


def _told(random: Random, personal: list[dict[str, Any]], audience: list[dict[str, Any]]) -> Store:
    """Both streams in their own order, one overtaking the other by some positions now and then."""
    store, queues = Store(), (list(personal), list(audience))
    while any(queues):
        first, second = queues
        ahead = not second or (bool(first) and first[0]["position"] + random.randint(-3, 0) <= second[0]["position"])
        store.take((first if ahead and first else second).pop(0))
    return store


async def test_a_mark_and_a_deletion_of_one_item_at_once(pg_site: Site) -> None:
    """Neither order of the two loses or doubles the step of the counter."""
    site = pg_site
    await site.apply(GrantAccess(user_id="boris", resource="creator:anna"))
    for number in range(15):
        frames = await site.apply(NotifyNewPost(post=Post(id=str(number), creator_id="anna")), hello("boris"))
        mark = site.inbox.mark_read("boris", frames[0].event_id)
        delete = site.apply(NotifyPostDeleted(post_id=str(number), creator_id="anna"))
        await asyncio.gather(mark, delete, return_exceptions=True)
        assert await site.inbox.unread_count("boris") == number + 1


async def test_acts_of_many_users_in_any_order_do_not_deadlock(pg_site: Site) -> None:
    """The relay takes the state rows in the order of their ids; single acts wait, and nobody is turned away."""
    users = [f"user{number}" for number in range(12)]
    await pg_site.apply(*map(hello, users))

    async def read_all(order: list[str]) -> None:
        for user in order:
            await pg_site.inbox.mark_all_read(user)

    async def relay() -> None:
        for seed in range(10):
            await pg_site.apply(*(hello(user) for user in Random(seed).sample(users, len(users))))

    orders = [Random(seed).sample(users, len(users)) for seed in range(3)]
    await asyncio.wait_for(asyncio.gather(relay(), *map(read_all, orders)), 200)
    for user in users:
        page = await pg_site.inbox.page(user, limit=100)
        assert page.unread_count == sum(not one["isRead"] for one in page.notifications)
