"""Random acts against a model that keeps every message and who got it: totals, lists, frames and bell agree with it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.integration.platform.api import PlatformApi
from tests.integration.platform.messages.chat import MESSAGES, bell, frames_on, read, send, subscribe, to_all
from tests.integration.platform.messages.conftest import People

LOOK_EVERY = 8
MANY = 150
PERIOD = 30 * 86_400


@dataclass
class Said:
    """One message: from whom to whom, and what the API answered."""

    sender: str
    to: frozenset[str]
    answer: dict[str, Any]

    @property
    def is_to_all(self) -> bool:
        return bool(self.answer["isBroadcast"])


@dataclass
class Model:
    """What should be true, kept in the plainest way."""

    said: list[Said] = field(default_factory=list)
    read_up_to: dict[tuple[str, str], int] = field(default_factory=dict)
    subscribed_until: dict[tuple[str, str], float] = field(default_factory=dict)
    blocked: set[tuple[str, str]] = field(default_factory=set)
    conversations: dict[frozenset[str], str] = field(default_factory=dict)

    def between(self, one: str, other: str) -> list[tuple[int, Said]]:
        pair = [(n, said) for n, said in enumerate(self.said)]
        return [(n, s) for n, s in pair if (s.sender == one and other in s.to) or (s.sender == other and one in s.to)]

    def unread(self, user: str, peer: str) -> list[Said]:
        mark = self.read_up_to.get((user, peer), -1)
        return [said for n, said in self.between(user, peer) if n > mark and said.sender == peer]

    def subscribers(self, creator: str, now: float) -> frozenset[str]:
        active = {fan for (fan, whom), until in self.subscribed_until.items() if whom == creator and until > now}
        return frozenset(fan for fan in active if (creator, fan) not in self.blocked)


class Play:
    """Performs random acts on both."""

    def __init__(self, api: PlatformApi, people: list[str], creators: list[str], seed: int) -> None:
        self.api, self.people, self.creators = api, people, creators
        self.random = random.Random(seed)
        self.model = Model()

    async def act(self) -> None:
        one, other = self.random.sample(self.people, 2)
        acts: list[tuple[Callable[[str, str], Awaitable[None]], int]] = [
            (self.send, 6),
            (self.read, 5),
            (self.to_all, 3),
            (self.subscribe, 2),
            (self.block, 1),
            (self.wait, 1),
        ]
        (chosen,) = self.random.choices([act for act, _ in acts], [weight for _, weight in acts])
        await chosen(one, other)

    async def send(self, one: str, other: str) -> None:
        if {(one, other), (other, one)} & self.model.blocked:
            await self.api.refused(403, one, "POST", MESSAGES, {"toUserId": other, "content": "x"})
            return
        answer = await send(self.api, one, other)
        self.model.conversations[frozenset((one, other))] = answer["conversationId"]
        self.model.said.append(Said(one, frozenset([other]), answer))

    async def read(self, one: str, other: str) -> None:
        here = await self.conversation(one, other)
        found = self.model.between(one, other)
        if here is None or not found:
            return
        number, said = self.random.choice(found)
        key = (one, other)
        self.model.read_up_to[key] = max(number, self.model.read_up_to.get(key, -1))
        state = await read(self.api, one, said.answer, here)
        assert state["readUpTo"] == self.model.said[self.model.read_up_to[key]].answer["id"]
        assert state["unreadInConversation"] == len(self.model.unread(one, other))
        assert state["unreadMessages"] == self.total(one)

    async def conversation(self, one: str, other: str) -> str | None:
        """Its id; one that a message to all has begun is opened by looking at the list."""
        for found in (await self.api.ok(one, "GET", f"{MESSAGES}?limit=100"))["conversations"]:
            if found["peer"]["id"] == other:
                return str(found["id"])
        return self.model.conversations.get(frozenset((one, other)))

    async def to_all(self, _one: str, _other: str) -> None:
        creator = self.random.choice(self.creators)
        to = self.model.subscribers(creator, self.api.clock.wall())
        self.model.said.append(Said(creator, to, await to_all(self.api, creator)))

    async def subscribe(self, one: str, _other: str) -> None:
        creator = self.random.choice([creator for creator in self.creators if creator != one])
        if {(one, creator), (creator, one)} & self.model.blocked:
            body = {"creatorId": creator}
            await self.api.refused(403, one, "POST", "/api/subscriptions/process-payment", body)
            return
        await subscribe(self.api, creator, one)
        now, key = self.api.clock.wall(), (one, creator)
        until = self.model.subscribed_until.get(key, now)
        self.model.subscribed_until[key] = max(until, now) + PERIOD

    async def block(self, one: str, other: str) -> None:
        if (one, other) in self.model.blocked:
            await self.api.ok(one, "DELETE", f"/api/blocks/{other}")
            self.model.blocked.remove((one, other))
        else:
            await self.api.ok(one, "POST", "/api/blocks", {"userId": other})
            self.model.blocked.add((one, other))

    async def wait(self, _one: str, _other: str) -> None:
        self.api.clock.advance(self.random.choice([3_600, 20 * 86_400]))
        # Elsewhere the relay runs all the time: it notices a lapse before the next act.
        await self.api.applied()

    def total(self, user: str) -> int:
        return sum(len(self.model.unread(user, peer)) for peer in self.people if peer != user)

    async def check(self) -> None:
        frames = await self.api.applied()
        for user in self.people:
            page = await self.api.ok(user, "GET", f"{MESSAGES}?limit=100")
            shown = {one["peer"]["id"]: one["unreadMessages"] for one in page["conversations"]}
            expected = {peer: len(self.model.unread(user, peer)) for peer in self.people if peer != user}
            assert {peer: n for peer, n in shown.items() if n} == {peer: n for peer, n in expected.items() if n}
            assert page["unreadMessages"] == sum(expected.values()) == self.by_frames(user, frames)
            await self.check_history(user, page["conversations"])
            await self.check_bell(user)

    def by_frames(self, user: str, frames: list[tuple[str, dict[str, Any]]]) -> int:
        """What a client shows that was there all the time: the newest total, and what came to all after it."""
        totals = frames_on(frames, f"feed:{user}", "unread_messages")
        newest = max(totals, key=lambda frame: frame["version"], default={"unreadMessages": 0, "version": 0})
        mine = {said.answer["id"] for said in self.model.said if said.is_to_all and user in said.to}
        later = [
            frame
            for channel, frame in frames
            if channel in {f"creator:{creator}" for creator in self.creators}
            and frame["type"] == "notification"
            and frame["notification"]["metadata"].get("messageId") in mine
            and frame["position"] > newest["version"]
        ]
        return int(newest["unreadMessages"]) + len(later)

    async def check_history(self, user: str, conversations: list[dict[str, Any]]) -> None:
        for one in conversations:
            page = await self.api.ok(user, "GET", f"{MESSAGES}/{one['id']}?limit=100")
            expected = [said.answer["id"] for _, said in reversed(self.model.between(user, one["peer"]["id"]))]
            assert [message["id"] for message in page["messages"]] == expected

    async def check_bell(self, user: str) -> None:
        """One item for each conversation with something unread in it, and one for each unread message to all."""
        unread = {peer: self.model.unread(user, peer) for peer in self.people if peer != user}
        direct = sum(any(not said.is_to_all for said in found) for found in unread.values())
        to_everybody = sum(said.is_to_all for found in unread.values() for said in found)
        items = (await bell(self.api, user))["notifications"]
        shown = [item for item in items if item["type"] == "NEW_MESSAGE" and not item["isRead"]]
        assert len(shown) == direct + to_everybody


RUNS = [(20_261_124, 32), *(pytest.param(seed, MANY, marks=pytest.mark.soak) for seed in range(6))]


@pytest.mark.parametrize(("seed", "acts"), RUNS)
async def test_every_count_agrees_with_the_model(api: PlatformApi, people: People, seed: int, acts: int) -> None:
    everybody = await people("Анна", "Борис", "Клара", "Дора")
    creators = everybody[:2]
    for creator in creators:
        await api.post(creator)
    play = Play(api, everybody, creators, seed)
    for n in range(1, acts + 1):
        await play.act()
        if n % LOOK_EVERY == 0:
            await play.check()
