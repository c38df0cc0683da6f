"""Random histories against the brute-force model: at every step every count, list and store agrees with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from fanwire.errors import NotFound
from fanwire.frames import Frame, Target
from fanwire.payloads import (
    ClearNotifications,
    Event,
    FollowCreator,
    GrantAccess,
    MarkNotificationAsRead,
    MarkNotificationsAsRead,
    Notification,
    NotifyNewPost,
    NotifyNewSubscription,
    NotifyPostDeleted,
    Post,
    RetractAudienceNotification,
    RetractNotification,
    RevokeAccess,
    SendAudienceNotification,
    SendNotification,
    UnfollowCreator,
)
from tests.integration.inbox.conftest import Site
from tests.integration.inbox.model import Model
from tests.integration.inbox.reference_store import Store

USERS = ("anna", "boris", "clara", "dmitri", "elena")
CREATORS = ("anna", "elena")


class World:
    """The product, the model, and one store per user that only ever hears frames."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.random = Random(seed)
        self.model = Model()
        self.stores = {user: Store() for user in USERS}
        self.posts: list[tuple[str, str]] = []
        self.attached: defaultdict[str, set[str]] = defaultdict(set)
        # Frames of acts that the relay has not published yet, while audience frames overtake them.
        self.held: dict[str, list[dict[str, Any]]] = defaultdict(list)

    async def step(self) -> None:
        if self.random.random() < 0.55:
            await self.batch([self.event() for _ in range(self.random.choice((1, 1, 2, 3, 6, 12)))])
            touched = list(USERS)
        else:
            touched = [self.random.choice(USERS)]
            await self.act(touched[0])
        for user in touched:
            await self.check_user(user)
        await self.check_crowd()

    async def check_crowd(self) -> None:
        """Snapshots that are read together are those that are read one by one."""
        together = await self.site.inbox.snapshots(USERS)
        user = self.random.choice(USERS)
        assert together.keys() == set(USERS)
        assert together[user] == await self.site.inbox.snapshot(user)

    async def batch(self, events: list[Event]) -> None:
        rows = [self.site.row(event) for event in events]
        frames = await self.site.apply(*rows)
        told: defaultdict[str, list[Frame]] = defaultdict(list)
        for frame in frames:
            told[frame.event_id].append(frame)
        assert [frame.key for frame in frames] == [f"{one}:{n}" for one in told for n in range(len(told[one]))]
        assert list(told) == [row.event_id for row in rows if row.event_id in told]
        for row, event in zip(rows, events, strict=True):
            orphans = self.orphans(event)
            is_new = isinstance(event, NotifyNewPost) and not self.is_announced(event)
            self.model.apply(row.event_id, event)
            self.compare_updates(event, told[row.event_id], is_new=is_new)
            for frame in told[row.event_id]:
                self.deliver(frame)
            self.compare_counts(told[row.event_id])
            for user in orphans:
                self.stores[user].stale = True

    def is_announced(self, event: NotifyNewPost) -> bool:
        return (event.post.id, f"creator:{event.post.creator_id}") in self.model.announced

    def compare_updates(self, event: Event, frames: list[Frame], *, is_new: bool) -> None:
        """Followers hear of a post iff it is open and new, whole, once."""
        updates = [frame for frame in frames if frame.data.get("type") == "feed_update"]
        expected: list[Any] = []
        if isinstance(event, NotifyNewPost) and is_new and event.post.is_locked is False:
            expected = [(f"followers:{event.post.creator_id}", event.post.public())]
        assert [(frame.channel, frame.data["post"]) for frame in updates] == expected

    def orphans(self, event: Event) -> list[str]:
        """Former members whose list loses an item: the shared frame goes to members, they learn at the next read."""
        if not isinstance(event, NotifyPostDeleted | RetractAudienceNotification):
            return []
        stream = f"creator:{event.creator_id}"
        return [user for user in USERS if user not in self.attached[stream]]

    def deliver(self, frame: Frame) -> None:
        if frame.target is Target.CONTROL:
            change = self.attached[frame.data["stream"]]
            (change.add if frame.data["joined"] else change.discard)(frame.data["user"])
        elif frame.target is Target.AUDIENCE:
            assert frame.version == frame.data.get("position", self.model.head)
            for user in self.attached[frame.channel]:
                self.stores[user].take(frame.data)
        elif frame.channel.startswith("notifications:"):
            user = frame.channel.removeprefix("notifications:")
            assert frame.version == frame.data["version"]
            self.release(user)
            self.stores[user].take(frame.data)

    def release(self, user: str) -> None:
        for data in self.held.pop(user, []):
            self.stores[user].take(data)

    def compare_counts(self, frames: list[Frame]) -> None:
        """The newest absolute count of an event is the count after it."""
        newest = {frame.channel: frame.data for frame in frames if "unreadCount" in frame.data}
        for channel, data in newest.items():
            above = [one for one in frames if one.target is Target.AUDIENCE and one.version > data["position"]]
            later = sum(one.data["type"] == "notification" for one in above)
            user = channel.removeprefix("notifications:")
            assert data["unreadCount"] + later == self.model.unread(user)

    def event(self) -> Event:
        makers: list[Callable[[], Event]] = [self.send] * 6 + [self.announce_one] * 3 + [self.post] * 5
        makers += [self.delete] * 2 + [self.grant] * 3 + [self.revoke] * 2 + [self.mark] * 2
        makers += [self.collapse] * 5 + [self.mark_under] * 2 + [self.retract] * 3 + [self.say] * 4
        makers += [self.retract_said] * 2 + [self.follow, self.unfollow, self.clear, self.subscription]
        return self.random.choice(makers)()

    def send(self) -> Event:
        user, actor = self.random.choice(USERS), self.random.choice(USERS)
        metadata: dict[str, Any] = {"postId": str(self.random.randrange(8)), "userId": actor}
        kind = self.random.choice(("LIKE_POST", "NEW_MESSAGE", "SOMETHING_NEW"))
        return SendNotification(user_id=user, notification=Notification(type=kind, title=kind, metadata=metadata))

    def collapse(self) -> Event:
        """Messages of a few conversations: some of them have come before."""
        message = Notification(type="NEW_MESSAGE", title="t", metadata={"messageId": self.random.randrange(40)})
        user, key = self.random.choice(USERS), self.some_conversation()
        own = self.random.choice((None, None, f"own-{self.random.randrange(9)}"))
        return SendNotification(user_id=user, notification=message, collapse_key=key, idempotency_key=own)

    def some_conversation(self) -> str:
        return f"conversation:{self.random.randrange(3)}"

    def mark_under(self) -> Event:
        return MarkNotificationsAsRead(user_id=self.random.choice(USERS), collapse_key=self.some_conversation())

    def retract(self) -> Event:
        """Of what was sent, by key or by id, and of what is yet to come."""
        user = self.random.choice(USERS)
        names = [name for line in self.model.lines.get(user, [])[-20:] for name in line.names if not line.audience]
        coming = f"NEW_MESSAGE:{self.random.randrange(40)}"
        return RetractNotification(user_id=user, key=self.random.choice([*names, coming]))

    def say(self) -> Event:
        said = Notification(type="NEW_MESSAGE", title="t", metadata={"messageId": self.random.randrange(30)})
        own = self.random.choice((None, None, f"own-{self.random.randrange(5)}"))
        plain = Notification(type="HELLO", title="t")
        return SendAudienceNotification(
            creator_id=self.random.choice(CREATORS),
            notification=self.random.choice((said, said, plain)),
            idempotency_key=own,
        )

    def retract_said(self) -> Event:
        """By key or by id: a post's item too, another creator's never."""
        names = [f"NEW_MESSAGE:{self.random.randrange(30)}", f"own-{self.random.randrange(5)}"]
        lines = [line for mine in self.model.lines.values() for line in mine[-10:] if line.audience]
        names += [self.random.choice(lines).item_id] if lines else []
        return RetractAudienceNotification(creator_id=self.random.choice(CREATORS), key=self.random.choice(names))

    def follow(self) -> Event:
        return FollowCreator(user_id=self.random.choice(USERS), creator_id=self.random.choice(CREATORS))

    def unfollow(self) -> Event:
        return UnfollowCreator(user_id=self.random.choice(USERS), creator_id=self.random.choice(CREATORS))

    def announce_one(self) -> Event:
        """The guide's loop, before or after the audience item, with and without a key of the caller's own."""
        post, creator = self.some_post()
        told = Notification(
            type="NEW_POST_FROM_SUBSCRIPTION", title="Новый пост", metadata={"postId": post, "creatorId": creator}
        )
        key = self.random.choice((None, None, f"mine-{post}"))
        return SendNotification(user_id=self.random.choice(USERS), notification=told, idempotency_key=key)

    def some_post(self) -> tuple[str, str]:
        if not self.posts or self.random.random() < 0.4:
            self.posts.append((f"p{len(self.posts)}", self.random.choice(CREATORS)))
        return self.random.choice(self.posts[-6:])

    def post(self) -> Event:
        post, creator = self.some_post()
        is_locked = self.random.choice((True, False, None))
        return NotifyNewPost(post=Post(id=post, creator_id=creator, is_locked=is_locked))

    def delete(self) -> Event:
        post, creator = self.random.choice(self.posts) if self.posts else ("none", "anna")
        return NotifyPostDeleted(post_id=post, creator_id=creator)

    def grant(self) -> Event:
        return GrantAccess(user_id=self.random.choice(USERS), resource=f"creator:{self.random.choice(CREATORS)}")

    def revoke(self) -> Event:
        return RevokeAccess(user_id=self.random.choice(USERS), resource=f"creator:{self.random.choice(CREATORS)}")

    def mark(self) -> Event:
        user = self.random.choice(USERS)
        return MarkNotificationAsRead(user_id=user, notification_id=self.some_item(user))

    def some_item(self, user: str) -> str:
        """Mostly the user's own, read or not; sometimes somebody else's, a deleted one, or none at all."""
        owner = user if self.random.random() < 0.8 else self.random.choice(USERS)
        lines = self.model.lines.get(owner, [])
        return self.random.choice(lines[-25:]).item_id if lines else "nothing"

    def clear(self) -> Event:
        return ClearNotifications(user_id=self.random.choice(USERS))

    def subscription(self) -> Event:
        return NotifyNewSubscription(creator_id=self.random.choice(CREATORS), user_id="boris", tier="vip")

    async def act(self, user: str) -> None:
        acts = [self.act_mark] * 8 + [self.act_read_all] * 2 + [self.act_clear] + [self.reconnect]
        await self.random.choice(acts)(user)
        for row in await self.site.acted():
            assert row["channel"] == f"notifications:{user}"
            self.held[user].append(row["data"])
        if self.random.random() < 0.6:
            self.release(user)

    async def act_mark(self, user: str) -> None:
        item = self.some_item(user)
        found = self.model.mark(user, item)
        try:
            unread = await self.site.inbox.mark_read(user, item)
        except NotFound:
            assert not found
        else:
            assert (found, unread) == (True, self.model.unread(user))

    async def act_read_all(self, user: str) -> None:
        up_to = self.some_position()
        self.model.read_all(user, self.model.head if up_to is None else up_to)
        assert await self.site.inbox.mark_all_read(user, up_to=up_to) == self.model.unread(user)

    async def act_clear(self, user: str) -> None:
        up_to = self.some_position()
        self.model.clear(user, self.model.head if up_to is None else up_to)
        assert await self.site.inbox.clear(user, up_to=up_to) == self.model.unread(user)

    def some_position(self) -> int | None:
        head = self.model.head
        return self.random.choice((None, None, head, max(0, head - 5), 0))

    async def reconnect(self, user: str) -> None:
        self.held.pop(user, None)
        await self.reload(user)

    async def reload(self, user: str) -> None:
        snapshot = await self.site.inbox.snapshot(user)
        assert snapshot.streams == {stream for stream, users in self.attached.items() if user in users}
        self.stores[user] = Store.start(snapshot.data)

    async def check_user(self, user: str) -> None:
        lines = [(line.item_id, line.is_read) for line in self.model.listed(user)]
        assert await self.site.inbox.unread_count(user) == self.model.unread(user)
        listed, cursor = [], None
        while True:
            page = await self.site.inbox.page(user, limit=self.random.choice((7, 20, 100)), cursor=cursor)
            assert page.unread_count == self.model.unread(user)
            listed += [(one["id"], one["isRead"]) for one in page.notifications]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert listed == lines
        await self.check_store(user, lines)

    async def check_store(self, user: str, lines: list[tuple[str, bool]]) -> None:
        if self.stores[user].stale:
            self.release(user)
            await self.reload(user)
        snapshot = await self.site.inbox.snapshot(user)
        assert snapshot.data["unreadCount"] == self.model.unread(user)
        newest = [item_id for item_id, is_read in lines if not is_read][:20]
        assert [one["id"] for one in snapshot.data["notifications"]] == newest
        if user in self.held:
            return  # not everything has arrived yet
        store = self.stores[user]
        assert (store.badge, store.version) == (self.model.unread(user), snapshot.version)
        assert store.listed() == lines if store.holds_all else set(store.listed()) <= set(lines)


async def _live(site: Site, seed: int, steps: int) -> None:
    world = World(site, seed)
    for _ in range(steps):
        await world.step()
    assert world.model.head > steps


@pytest.mark.timeout(240)  # seconds; a tenth of it on an idle machine
@pytest.mark.parametrize("seed", range(4))
async def test_random_histories_on_sqlite(sqlite_site: Site, seed: int) -> None:
    await _live(sqlite_site, seed, 220)


@pytest.mark.timeout(240)
async def test_a_random_history_on_postgres(pg_site: Site) -> None:
    await _live(pg_site, 100, 180)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(1000, 1010))
async def test_long_random_histories(site: Site, seed: int) -> None:
    await _live(site, seed, 3_000)
