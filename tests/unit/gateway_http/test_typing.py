"""``rpc typing``: who may, how often, and what is remembered."""

from __future__ import annotations

import json
from unittest.mock import Mock

import pytest

from fanwire.access.facts import Facts
from fanwire.brokers.base import BrokerEvents, PublishOptions
from fanwire.brokers.memory import MemoryBroker
from fanwire.errors import BadRequest, ClientError, NotAvailable, PermissionDenied
from fanwire.gateway.wiring import typing as wired
from fanwire.gateway.wiring.access import AudienceAccess
from fanwire.gateway.wiring.conversations import ConversationAccess
from fanwire.gateway.wiring.guards import Guards
from fanwire.gateway.wiring.typing import TypingRpc
from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.realtime.ports import Caller
from fanwire.settings import ChannelSettings
from fanwire.testing.clock import FakeClock


class Recorder(MemoryBroker):
    """Remembers what it is asked to carry."""

    def __init__(self) -> None:
        super().__init__()
        self.published: list[tuple[str, bytes, PublishOptions]] = []

    async def publish(self, channel: str, data: bytes, options: PublishOptions):  # type: ignore[no-untyped-def]
        self.published.append((channel, data, options))
        return await super().publish(channel, data, options)


class Platform:
    """Conversations "c1" and "c2" of anna and boris, and a block that can be set; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.blocked = False

    async def conversation(self, conversation_id: str) -> frozenset[str]:
        self.asked += 1
        return frozenset({"anna", "boris"}) if conversation_id in {"c1", "c2"} else frozenset()

    async def between(self, user: str, others: frozenset[str]) -> bool:
        assert user not in others
        return self.blocked


class Desk:
    def __init__(self, clock: FakeClock) -> None:
        self.platform, self.broker = Platform(), Recorder()
        self.rpc = TypingRpc(self.platform, self.platform, self.broker, clock)  # type: ignore[arg-type]

    async def says(self, user: str, conversation: str = "c1") -> bytes:
        return await self.rpc.rpc(
            Caller(user, "client"), "typing", json.dumps({"conversationId": conversation}).encode()
        )


@pytest.fixture
async def desk(clock: FakeClock) -> Desk:
    made = Desk(clock)
    await made.broker.start(Mock(spec=BrokerEvents))
    return made


async def test_it_is_told_without_history(desk: Desk) -> None:
    assert await desk.says("anna") == b"{}"
    ((channel, data, options),) = desk.broker.published
    assert channel == "conversation:c1"
    assert json.loads(data) == {"type": "typing", "conversationId": "c1", "userId": "anna"}
    assert (options.history_size, options.history_ttl) == (0, 0)


async def test_once_a_second_per_user_and_conversation(desk: Desk, clock: FakeClock) -> None:
    for user, conversation in [("anna", "c1"), ("anna", "c1"), ("boris", "c1"), ("anna", "c2"), ("anna", "c1")]:
        assert await desk.says(user, conversation) == b"{}"
    assert len(desk.broker.published) == desk.platform.asked == 3
    clock.advance(0.99)
    await desk.says("anna")
    assert len(desk.broker.published) == 3
    clock.advance(0.02)
    await desk.says("anna")
    assert len(desk.broker.published) == 4


@pytest.mark.parametrize(("user", "conversation"), [("clara", "c1"), ("", "c1"), ("anna", "unknown")])
async def test_who_is_not_in_the_conversation_is_refused(desk: Desk, user: str, conversation: str) -> None:
    with pytest.raises(PermissionDenied):
        await desk.says(user, conversation)
    assert desk.broker.published == []


async def test_a_block_silences_both(desk: Desk) -> None:
    desk.platform.blocked = True
    for user in ("anna", "boris"):
        with pytest.raises(PermissionDenied):
            await desk.says(user)
    assert desk.broker.published == []


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b'{"conversationId":""}', b'{"conversationId":"a b"}', b"\xff"]
)
async def test_what_cannot_be_read_is_a_bad_request(desk: Desk, data: bytes) -> None:
    with pytest.raises(BadRequest):
        await desk.rpc.rpc(Caller("anna", "client"), "typing", data)
    assert desk.platform.asked == 0


async def test_other_methods_and_a_platform_without_conversations_are_not_available(
    desk: Desk, clock: FakeClock
) -> None:
    with pytest.raises(NotAvailable):
        await desk.rpc.rpc(Caller("anna", "client"), "other", b"{}")
    alone = TypingRpc(None, desk.platform, desk.broker, clock)  # type: ignore[arg-type]
    with pytest.raises(NotAvailable, match=r"directory\.conversation"):
        await alone.rpc(Caller("anna", "client"), "typing", b'{"conversationId":"c1"}')


async def test_what_is_remembered_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wired, "REMEMBERED", 3)
    for n in range(10):
        with pytest.raises(PermissionDenied):
            await desk.says("clara", f"x{n}")
    assert len(desk.rpc._said) == 3


async def test_the_channel_is_open_to_members_only() -> None:
    guard = ConversationAccess(Platform())
    assert (await guard.authorize("anna", "conversation:c1")).until is None
    for user, channel in [("clara", "conversation:c1"), ("", "conversation:c1"), ("anna", "conversation:c3")]:
        with pytest.raises(PermissionDenied) as denied:
            await guard.authorize(user, channel)
        assert denied.value.rule == "conversation-member"
    with pytest.raises(PermissionDenied, match=r"directory\.conversation"):
        await ConversationAccess(None).authorize("anna", "conversation:c1")


async def test_each_namespace_has_its_guard_and_without_one_nobody_gets_in() -> None:
    by_access = {"conversation": ConversationAccess(Platform())}
    guards = Guards(Namespaces(ChannelSettings()), by_access, AudienceAccess(Mock(spec=Facts)))
    assert (await guards.authorize("anna", "conversation:c1")).until is None
    with pytest.raises(ClientError, match="'post'"):
        await guards.authorize("anna", "post:1")
