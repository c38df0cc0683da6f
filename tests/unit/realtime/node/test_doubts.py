"""Between a change of access and its answer, and while the node hears of no changes, locked frames wait."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import NamedTuple

from fanwire.realtime.hub.doubts import MAX_WITHHELD
from fanwire.realtime.node.core import MOST_BLIND
from fanwire.realtime.ports import Allowed, Identity
from fanwire.settings import Namespace
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import FakeAccess, Site


class Change(NamedTuple):
    user: str
    resource: str
    reason: str = "refunded"
    at: float = 0.0
    streams: tuple[str, ...] = ()


class Locked(FakeAccess):
    """Everybody who gets in does so by a grant."""

    async def authorize(self, user: str, channel: str) -> Allowed:
        allowed = await super().authorize(user, channel)
        return Allowed(allowed.until, allowed.since, locked=not channel.startswith("creator:"))


async def locked_site(make_site: MakeSite) -> Site:
    access = Locked()
    site = await make_site(access=access)
    site.access = access
    return site


async def test_what_is_published_while_asking_is_delivered_after_a_yes_in_order(make_site: MakeSite) -> None:
    site = await locked_site(make_site)
    peer, other = await site.connected("anna"), await site.connected("boris")
    for one in (peer, other):
        await one.subscribe("post:1")
    site.access.gate = asyncio.Event()
    answer = asyncio.ensure_future(site.node.access_changed(Change("anna", "creator:eva")))
    for n in range(3):
        await site.publish("post:1", n)
    assert peer.data("post:1") == []
    assert other.data("post:1") == [0, 1, 2]  # nobody else waits
    site.access.gate.set()
    await answer
    await site.publish("post:1", 3)
    assert peer.data("post:1") == [0, 1, 2, 3]
    assert [one["offset"] for one in peer.publications("post:1")] == [1, 2, 3, 4]


async def test_what_is_published_while_asking_is_dropped_after_a_no(make_site: MakeSite) -> None:
    site = await locked_site(make_site)
    peer = await site.connected("anna")
    await peer.subscribe("post:1")
    site.access.gate = asyncio.Event()
    site.access.denied["anna", "post:1"] = "no grant"
    answer = asyncio.ensure_future(site.node.access_changed(Change("anna", "creator:eva")))
    await site.publish("post:1", "locked")
    site.access.gate.set()
    await answer
    await site.publish("post:1", "locked")
    assert "locked" not in repr(peer.messages)
    assert [push["unsubscribe"] for push in peer.pushes("post:1") if "unsubscribe" in push] == [
        {"code": 2100, "reason": "refunded"}
    ]


async def test_the_last_of_several_answers_decides(make_site: MakeSite) -> None:
    """The first was true when it was read; the change that makes it wrong came before it arrived."""
    site = await locked_site(make_site)
    peer = await site.connected("anna")
    await peer.subscribe("post:1")
    site.access.gate = asyncio.Event()
    first = asyncio.ensure_future(site.node.access_changed(Change("anna", "creator:eva")))
    while len(site.access.asked) < 2:
        await asyncio.sleep(0)
    first_gate, site.access.gate = site.access.gate, asyncio.Event()
    site.access.denied["anna", "post:1"] = "no grant"
    second = asyncio.ensure_future(site.node.access_changed(Change("anna", "creator:eva")))
    first_gate.set()
    await first
    await site.publish("post:1", "locked")
    assert peer.data("post:1") == []
    site.access.gate.set()
    await second
    assert peer.data("post:1") == []


async def test_a_blind_node_holds_locked_frames_back_and_delivers_them_when_it_sees(make_site: MakeSite) -> None:
    site = await locked_site(make_site)
    peer = await site.connected("anna")
    for channel in ("post:1", "creator:eva"):
        await peer.subscribe(channel)
    site.node.access_known(site.clock.monotonic())
    site.clock.advance(MOST_BLIND)
    await site.publish("post:1", 1)
    assert peer.data("post:1") == [1]
    site.clock.advance(0.01)
    await site.publish("post:1", 2)
    await site.publish("creator:eva", "open")
    assert peer.data("post:1") == [1]
    assert peer.data("creator:eva") == ["open"]
    site.node.access_known(site.clock.monotonic())
    await site.publish("post:1", 3)
    assert peer.data("post:1") == [1, 2, 3]


async def test_what_a_blind_node_held_back_is_dropped_when_access_was_over(make_site: MakeSite) -> None:
    site = await locked_site(make_site)
    peer, other = await site.connected("anna"), await site.connected("boris")
    for one in (peer, other):
        await one.subscribe("post:1")
    site.node.access_known(site.clock.monotonic() - 1)
    await site.publish("post:1", "held")
    site.access.denied["anna", "post:1"] = "no grant"
    answer = site.node.access_changed(Change("anna", "post:1"))
    site.node.access_known(site.clock.monotonic())
    assert other.data("post:1") == ["held"]
    await answer
    assert peer.data("post:1") == []


async def test_too_much_held_back_ends_with_a_recovery_and_not_with_a_gap(make_site: MakeSite) -> None:
    site = await locked_site(make_site)
    peer = await site.connected("anna")
    await peer.subscribe("post:1")
    site.node.access_known(site.clock.monotonic() - 1)
    for n in range(MAX_WITHHELD + 1):
        await site.publish("post:1", n)
    assert [push["unsubscribe"]["code"] for push in peer.pushes("post:1") if "unsubscribe" in push] == [2500]
    assert peer.data("post:1") == []
    assert len(site.node._core.hub.doubts._waiting) == 0


async def test_a_question_about_history_moves_no_deadline(make_site: MakeSite) -> None:
    """Its answer may be older than that to a change that was heard of meanwhile."""
    site = await locked_site(make_site)
    later = datetime.fromtimestamp(site.clock.wall() + 100, UTC)
    sooner = datetime.fromtimestamp(site.clock.wall() + 10, UTC)
    peer = await site.connected("anna")
    site.access.until["anna", "post:1"] = later
    await peer.subscribe("post:1")
    gate = site.access.gate = asyncio.Event()
    history = peer.command(history={"channel": "post:1", "limit": 5})
    while len(site.access.asked) < 2:
        await asyncio.sleep(0)
    site.access.gate = None
    site.access.until["anna", "post:1"] = sooner
    await site.node.access_changed(Change("anna", "creator:eva"))
    gate.set()
    assert "history" in await peer.reply(history)
    site.pass_time(10.2)
    ended = [push["unsubscribe"] for push in peer.pushes("post:1") if "unsubscribe" in push]
    assert ended == [{"code": 2100, "reason": "expired"}]


async def test_who_leaves_while_in_doubt_leaves_nothing_behind(make_site: MakeSite) -> None:
    site = await locked_site(make_site)
    peer = await site.connected("anna")
    await peer.subscribe("post:1")
    site.node.access_known(site.clock.monotonic() - 1)
    await site.publish("post:1", 1)
    await peer.ask(unsubscribe={"channel": "post:1"})
    assert len(site.node._core.hub.doubts._waiting) == 0
    site.node.access_known(site.clock.monotonic())
    assert peer.data("post:1") == []


async def test_history_is_asked_about_at_the_moment_of_the_answer(make_site: MakeSite) -> None:
    site = await locked_site(make_site)
    peer = await site.connected("anna")
    await site.publish("post:1", "locked")
    await peer.subscribe("post:1")
    assert (await peer.ask(history={"channel": "post:1", "limit": 5}))["history"]["publications"]
    site.access.denied["anna", "post:1"] = "no grant"  # no change was heard of yet
    assert await peer.refused(history={"channel": "post:1", "limit": 5}) == 103


async def test_a_block_ends_the_open_channels_of_the_blocker_and_no_others(site: Site) -> None:
    peer = await site.connected("boris")
    for channel in ("creator:anna", "creator:eva", "post:1", "post:2"):
        await peer.subscribe(channel)
    site.access.denied["boris", "creator:anna"] = site.access.denied["boris", "post:1"] = "blocked"
    await site.node.access_changed(Change("boris", "block:anna", "blocked"))
    ended = {push["channel"]: push["unsubscribe"] for push in peer.pushes() if "unsubscribe" in push}
    blocked = {"code": 2100, "reason": "blocked"}
    assert ended == {"creator:anna": blocked, "post:1": blocked}
    assert ("boris", "creator:eva") not in site.access.asked[-3:]


async def test_nobody_asks_about_visitors_and_owners(site: Site) -> None:
    site.authenticator.identities["visitor"] = Identity("")
    for token in ("visitor", "anna"):
        peer = await site.connected(token)
        await peer.subscribe("creator:anna")
    assert site.access.asked == []


ROOM = Namespace(name="room", access="post", history_size=9, history_ttl=60, force_recovery=True)


async def test_positions_from_before_the_access_are_not_recovered_from(make_site: MakeSite) -> None:
    class Since(FakeAccess):
        async def authorize(self, user: str, channel: str) -> Allowed:
            return Allowed(since=2)

    site = await make_site(settings(ROOM), access=Since())
    for version in range(1, 5):
        await site.publish("room:1", version, version=version)
    peer = await site.connected()
    for offset, recovered in ((0, False), (1, False), (2, True), (3, True), (4, True)):
        reply = await peer.subscribe("room:1", recover=True, offset=offset)
        assert reply.get("recovered", False) is recovered, offset
        assert [one["data"] for one in reply.get("publications", ())] == (
            list(range(offset + 1, 5)) if recovered else []
        )
        await peer.ask(unsubscribe={"channel": "room:1"})
    await site.publish("room:1", "by the server API, without a version")
    reply = await peer.subscribe("room:1", recover=True, offset=4)
    assert "recovered" not in reply
