"""A subscription to a post starts from its counters; no other channel asks for them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from msgspec import Raw

from fanwire.realtime.node.core import on_the_spot
from fanwire.realtime.ports import SubscriptionGrant
from fanwire.settings import Namespace
from fanwire.testing import FakeClock
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Site

POST = "post:7"


class FakeStates:
    """``known`` is what it says; ``during`` runs after the value was taken, before it is returned."""

    def __init__(self) -> None:
        self.known: dict[str, object] | None = {"type": "counters", "postId": "7", "likesCount": 3, "version": 9}
        self.asked: list[str] = []
        self.during: Callable[[], None] = lambda: None

    async def state(self, channel: str) -> bytes | None:
        self.asked.append(channel)
        taken = None if self.known is None else json.dumps(self.known).encode()
        await asyncio.sleep(0)
        self.during()
        return taken


@pytest.fixture
def states() -> FakeStates:
    return FakeStates()


@pytest.fixture
async def site(make_site: MakeSite, states: FakeStates) -> Site:
    return await make_site(states=states)


async def test_the_reply_carries_the_counters(site: Site, states: FakeStates) -> None:
    peer = await site.connected()
    result = await peer.subscribe(POST)
    assert result["data"] == states.known
    assert states.asked == [POST]


async def test_nothing_known_is_no_data(site: Site, states: FakeStates) -> None:
    states.known = None
    peer = await site.connected()
    assert "data" not in await peer.subscribe(POST)


async def test_a_recovered_subscription_is_told_as_well(site: Site, states: FakeStates) -> None:
    """Counters leave no history: recovery alone would not bring them."""
    first = await site.connected()
    place = await first.subscribe(POST)
    await site.publish(POST, {"type": "comment_added"})
    back = await site.connected()
    result = await back.subscribe(POST, recover=True, offset=place.get("offset", 0), epoch=place["epoch"])
    assert (result["recovered"], result["data"]) == (True, states.known)
    assert len(result["publications"]) == 1


async def test_what_is_published_while_they_are_read_follows_the_reply(site: Site, states: FakeStates) -> None:
    peer = await site.connected()
    states.during = lambda: on_the_spot(site.publish(POST, {"version": 10}, skip_history=True))
    await peer.subscribe(POST)
    assert peer.data(POST) == [{"version": 10}]
    assert "subscribe" in peer.messages[1], "nothing precedes the reply"


async def test_other_channels_do_not_ask(make_site: MakeSite, states: FakeStates) -> None:
    auction = Namespace(name="sale", access="post")
    site = await make_site(settings(auction), states=states)
    peer = await site.connected()
    for channel in ("creator:eva", "sale:7"):
        await peer.subscribe(channel)
    assert states.asked == []


async def test_who_may_not_read_the_post_is_not_told(site: Site, states: FakeStates) -> None:
    site.access.denied["anna", POST] = "locked"
    peer = await site.connected()
    assert await peer.refused(subscribe={"channel": POST}) == 103
    assert states.asked == []


async def test_a_tokens_own_data_wins(site: Site, states: FakeStates, clock: FakeClock) -> None:
    site.authenticator.grants["mine"] = SubscriptionGrant("anna", POST, data=Raw(b'{"from":"token"}'))
    peer = await site.connected()
    assert (await peer.subscribe(POST, token="mine"))["data"] == {"from": "token"}
    assert states.asked == []


async def test_a_read_that_fails_refuses_for_a_retry(site: Site, states: FakeStates) -> None:
    def fail() -> None:
        raise OSError("the database is away")

    states.during = fail
    peer = await site.connected()
    assert await peer.refused(subscribe={"channel": POST}) == 100
    states.during = lambda: None
    assert (await peer.subscribe(POST))["data"] == states.known
