"""Where the realtime rooms meet the database: frames to the broker, posts to verdicts."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import Mock

import pytest

from fanwire.access.directory import PostFacts
from fanwire.access.facts import Grant
from fanwire.brokers.base import BrokerEvents, PublishOptions
from fanwire.brokers.memory import MemoryBroker
from fanwire.errors import PermissionDenied
from fanwire.frames import Target
from fanwire.gateway.wiring.access import PostAccess
from fanwire.gateway.wiring.frames import BrokerPublisher
from fanwire.realtime.channels.namespaces import Namespaces
from fanwire.settings import BrokerSettings, ChannelSettings
from fanwire.store.frames import StoredFrame

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)


class Recorder(MemoryBroker):
    """Remembers what it is asked to carry."""

    def __init__(self) -> None:
        super().__init__()
        self.published: list[tuple[str, bytes, PublishOptions]] = []
        self.control: list[bytes] = []

    async def publish(self, channel: str, data: bytes, options: PublishOptions):  # type: ignore[no-untyped-def]
        self.published.append((channel, data, options))
        return await super().publish(channel, data, options)

    async def publish_control(self, data: bytes) -> None:
        self.control.append(data)


def frame(target: Target, channel: str, *, skip_history: bool = False) -> StoredFrame:
    return StoredFrame(1, target, channel, b'{"a":1}', "e1", "e1:0", 7, skip_history)


async def options_of(one: StoredFrame) -> tuple[str, PublishOptions]:
    broker = Recorder()
    await broker.start(Mock(spec=BrokerEvents))
    await BrokerPublisher(broker, Namespaces(ChannelSettings()), BrokerSettings()).publish([one])
    await broker.stop()
    ((channel, data, options),) = broker.published
    assert data == b'{"a":1}'
    assert (options.idempotency_key, options.idempotency_ttl) == ("e1:0", 86_400)
    assert (options.tags, options.version) == ({"eventId": "e1"}, 7)
    return channel, options


async def test_a_channel_gets_the_history_of_its_namespace() -> None:
    channel, options = await options_of(frame(Target.CHANNEL, "post:1"))
    assert (channel, options.history_size, options.history_ttl) == ("post:1", 300, 600)


async def test_skip_history_keeps_nothing() -> None:
    _, options = await options_of(frame(Target.CHANNEL, "post:1", skip_history=True))
    assert (options.history_size, options.history_ttl) == (0, 0)


async def test_an_audience_travels_on_a_channel_no_client_can_name() -> None:
    channel, options = await options_of(frame(Target.AUDIENCE, "creator:anna"))
    assert (channel, options.history_size) == ("@creator:anna", 0)


async def test_a_namespace_that_is_gone_does_not_hold_up_the_others() -> None:
    channel, options = await options_of(frame(Target.CHANNEL, "vanished:1"))
    assert (channel, options.history_size) == ("vanished:1", 0)


async def test_control_frames_go_to_every_node() -> None:
    broker = Recorder()
    publisher = BrokerPublisher(broker, Namespaces(ChannelSettings()), BrokerSettings())
    await publisher.publish([frame(Target.CONTROL, "membership")])
    assert broker.control == [b'{"membership":{"a":1}}']
    assert broker.published == []


class Posts:
    """A Directory of two posts."""

    async def post(self, post_id: str) -> PostFacts | None:
        return {"open": PostFacts("anna", False), "locked": PostFacts("anna", True)}.get(post_id)


class Bought:
    """Access facts: boris has bought the locked post."""

    async def grants(self, user: str, resources: tuple[str, ...]) -> dict[str, Grant]:
        assert user, "an anonymous visitor has no grants to ask for"
        return {"post:locked": Grant(until=UNTIL)} if user == "boris" else {}

    async def ended(self, user: str, resources: tuple[str, ...]) -> str:
        assert user, "an anonymous visitor had nothing that could have ended"
        return "refunded" if user == "dora" else ""


ACCESS = PostAccess(Posts(), Bought())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("user", "post", "until"),
    [("", "open", None), ("clara", "open", None), ("anna", "locked", None), ("boris", "locked", UNTIL)],
)
async def test_who_may_read_gets_in_until_their_access_ends(user: str, post: str, until: datetime | None) -> None:
    assert (await ACCESS.authorize(user, f"post:{post}")).until == until


@pytest.mark.parametrize(
    ("user", "post", "rule"),
    [("", "locked", "post-locked"), ("clara", "locked", "post-locked"), ("x", "no", "post-unknown")],
)
async def test_who_may_not_is_told_the_rule(user: str, post: str, rule: str) -> None:
    with pytest.raises(PermissionDenied) as denied:
        await ACCESS.authorize(user, f"post:{post}")
    assert denied.value.rule == rule
    assert denied.value.hint


async def test_who_has_lost_access_is_told_why_it_ended() -> None:
    with pytest.raises(PermissionDenied) as denied:
        await ACCESS.authorize("dora", "post:locked")
    assert denied.value.reason == "refunded"


async def test_without_a_directory_nobody_gets_in_and_the_setting_is_named() -> None:
    with pytest.raises(PermissionDenied, match=r"directory\.post"):
        await PostAccess(None, Bought()).authorize("boris", "post:open")  # type: ignore[arg-type]
