"""Notifications: a snapshot, then everything newer than it exactly once, personal and by audience."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fanwire.brokers.base import PublishOptions
from fanwire.realtime.node import control
from fanwire.testing import FakeClock
from tests.unit.realtime.brokers import SlowBroker, UnreliableBroker
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Site

MINE = "notifications:anna"


@pytest.fixture
async def site(make_site: MakeSite, clock: FakeClock) -> Site:
    return await make_site(broker=UnreliableBroker(clock))


def personal(site: Site, data: Any, version: int, user: str = "anna") -> None:
    """Publish a personal frame, as the relay does."""
    _now(site, f"notifications:{user}", data, version)


def audience(site: Site, data: Any, gseq: int, stream: str = "creator:eva") -> None:
    """Publish an audience's frame, as the relay does."""
    _now(site, f"@{stream}", data, gseq)


def _now(site: Site, channel: str, data: Any, version: int) -> None:
    options = PublishOptions(version=version)
    with pytest.raises(StopIteration):
        site.broker.publish(channel, json.dumps(data).encode(), options).send(None)


def membership(site: Site, joined: bool, stream: str = "creator:eva", user: str = "anna") -> None:
    data = json.dumps({"user": user, "stream": stream, "joined": joined}).encode()
    site.node.on_control(control.wrap("membership", data))


# --- personal


async def test_the_reply_carries_the_snapshot_and_newer_publications_follow(site: Site) -> None:
    site.snapshots.version = 7
    peer = site.peer()
    result = await peer.connect()
    assert result["subs"][MINE]["data"] == {"type": "snapshot", "user": "anna", "version": 7}
    personal(site, "old", 7)
    personal(site, "new", 8)
    assert peer.data(MINE) == ["new"]


async def test_a_version_comes_once_and_never_goes_back(site: Site) -> None:
    peer = await site.connected()
    for version in (1, 2, 2, 1, 3):
        personal(site, version, version)
    assert peer.data(MINE) == [1, 2, 3]


async def test_publications_without_a_version_always_pass(site: Site) -> None:
    site.snapshots.version = 7
    peer = await site.connected()
    await site.publish(MINE, "typed by hand")
    assert peer.data(MINE) == ["typed by hand"]


async def test_what_comes_while_the_snapshot_is_read_is_compared_with_it(site: Site) -> None:
    site.snapshots.version = 5

    def both() -> None:
        personal(site, 5, 5)
        personal(site, 6, 6)

    site.snapshots.during.append(both)
    peer = await site.connected()
    assert peer.data(MINE) == [6]
    assert "connect" in peer.messages[0], "nothing precedes the reply"


async def test_two_tabs_have_floors_of_their_own(site: Site) -> None:
    first = await site.connected()
    personal(site, 1, 1)
    site.snapshots.version = 1
    second = await site.connected()
    personal(site, 2, 2)
    assert (first.data(MINE), second.data(MINE)) == ([1, 2], [2])


async def test_without_an_inbox_the_channel_is_an_ordinary_one(make_site: MakeSite) -> None:
    site = await make_site(snapshots=None)
    peer = site.peer()
    result = await peer.connect()
    assert result["subs"][MINE] == {}
    await site.publish(MINE, 1)
    assert peer.data(MINE) == [1]


async def test_a_token_for_anothers_channel_gives_no_snapshot_of_theirs(site: Site) -> None:
    from fanwire.realtime.ports import Identity

    site.authenticator.identities["spy"] = Identity("boris", channels=(MINE,))
    peer = site.peer()
    result = await peer.connect("spy")
    assert "data" not in result["subs"][MINE]


async def test_a_snapshot_that_fails_refuses_the_connection_for_a_retry(site: Site) -> None:
    def fail() -> None:
        raise OSError("the database is away")

    site.snapshots.during.append(fail)
    peer = site.peer()
    assert await peer.refused(connect={"token": "anna"}) == 100
    assert (site.node.stats().subscriptions, site.node.stats().audiences) == (0, 0)


async def test_clients_that_subscribe_themselves_get_the_same(make_site: MakeSite) -> None:
    site = await make_site(settings(client={"user_channels": ()}))
    site.snapshots.version, site.snapshots.streams = 3, {"creator:eva"}
    peer = await site.connected()
    assert (await peer.subscribe(MINE))["data"]["version"] == 3
    personal(site, "old", 3)
    audience(site, "item", 1)
    assert peer.data(MINE) == ["item"]


# --- audiences


async def test_each_member_gets_an_item_once_on_its_own_channel(site: Site) -> None:
    site.snapshots.streams = {"creator:eva"}
    peers = [await site.connected(user) for user in ("anna", "boris", "anna")]
    stranger = site.peer()
    site.snapshots.streams = set()
    await stranger.connect("clara")
    audience(site, {"item": 1}, 1)
    assert [push for peer in peers for push in peer.pushes()] == [
        {"channel": f"notifications:{user}", "pub": {"data": {"item": 1}}} for user in ("anna", "boris", "anna")
    ]
    assert stranger.pushes() == []


async def test_an_item_that_the_snapshot_holds_does_not_come_again(site: Site) -> None:
    site.snapshots.streams, site.snapshots.position = {"creator:eva"}, 10
    early = await site.connected()
    site.snapshots.position = 12
    late = await site.connected("boris")
    for gseq in (10, 11, 12, 13):
        audience(site, gseq, gseq)
    assert early.data(MINE) == [11, 12, 13]
    assert late.data("notifications:boris") == [13]


async def test_an_item_between_the_read_and_the_entry_makes_the_snapshot_be_read_again(site: Site) -> None:
    site.snapshots.streams = {"creator:eva"}
    await site.connected("boris")

    def item_meanwhile() -> None:
        audience(site, "missed", 1)
        site.snapshots.position = 1

    reads = site.snapshots.reads
    site.snapshots.during.append(item_meanwhile)
    peer = await site.connected()
    assert site.snapshots.reads == reads + 2
    audience(site, "next", 2)
    assert peer.data(MINE) == ["next"], "the first is in the snapshot"


async def test_one_read_is_enough_for_an_audience_that_is_open_here_and_quiet(site: Site) -> None:
    site.snapshots.streams = {"creator:eva"}
    await site.connected("boris")
    reads = site.snapshots.reads
    await site.connected("clara")
    assert site.snapshots.reads == reads + 1


async def test_an_audience_that_was_not_open_here_is_opened_and_the_snapshot_read_again(site: Site) -> None:
    site.snapshots.streams = {"creator:eva"}
    await site.connected()
    assert site.snapshots.reads == 2


async def test_an_audience_that_everybody_left_is_not_trusted_when_it_comes_back(site: Site) -> None:
    """It was not listened to in between: what its audience missed then is unknown."""
    site.snapshots.streams = {"creator:eva"}
    first = await site.connected()
    first.hang_up()
    assert site.node.stats().audiences == 0
    reads = site.snapshots.reads
    await site.connected()
    assert site.snapshots.reads == reads + 2


async def test_joining_and_leaving_while_connected(site: Site) -> None:
    peer = await site.connected()
    audience(site, "before", 1)
    membership(site, joined=True)
    audience(site, "within", 2)
    membership(site, joined=True)
    audience(site, "still", 3)
    membership(site, joined=False)
    audience(site, "after", 4)
    assert peer.data(MINE) == ["within", "still"]
    assert site.node.stats().audiences == 0


async def test_a_membership_is_of_all_connections_of_that_user_and_of_no_other(site: Site) -> None:
    first, second, other = await site.connected(), await site.connected(), await site.connected("boris")
    membership(site, joined=True)
    membership(site, joined=True, user="nobody")
    audience(site, "item", 1)
    assert (first.data(MINE), second.data(MINE), other.pushes()) == (["item"], ["item"], [])


async def test_joining_while_the_snapshot_is_read(site: Site) -> None:
    site.snapshots.during.append(lambda: membership(site, joined=True))
    peer = await site.connected()
    audience(site, "item", 1)
    assert peer.data(MINE) == ["item"]


async def test_leaving_while_the_snapshot_is_read(site: Site) -> None:
    site.snapshots.streams = {"creator:eva", "creator:olga"}

    def leave() -> None:
        membership(site, joined=False)
        site.snapshots.streams = {"creator:olga"}

    site.snapshots.during.append(leave)
    peer = await site.connected()
    audience(site, "not for us", 1)
    audience(site, "for us", 2, "creator:olga")
    assert peer.data(MINE) == ["for us"]


async def test_items_and_personal_frames_keep_their_order_while_they_wait(site: Site) -> None:
    site.snapshots.streams = {"creator:eva"}

    def both() -> None:
        personal(site, "p1", 1)
        audience(site, "a1", 1)
        personal(site, "p2", 2)

    site.snapshots.during += [lambda: None, both]
    peer = await site.connected()
    assert peer.data(MINE) == ["p1", "a1", "p2"]


async def test_a_member_that_hangs_up_is_gone(site: Site) -> None:
    site.snapshots.streams = {"creator:eva"}
    peer, other = await site.connected(), await site.connected("boris")
    peer.hang_up()
    deliveries = site.node.stats().deliveries
    audience(site, "item", 1)
    assert site.node.stats().deliveries == deliveries + 1
    assert other.data("notifications:boris") == ["item"]


async def test_a_late_feed_makes_its_first_member_come_back(make_site: MakeSite, clock: FakeClock) -> None:
    """With a broker that takes its time an item may pass before it listens, and no position would tell."""
    site = await make_site(broker=SlowBroker(clock))
    peer = await site.connected()
    membership(site, joined=True)
    await peer.idle()
    assert peer.code == 3010
    site.snapshots.streams = {"creator:eva"}
    again, other = await site.connected(), await site.connected("boris")
    membership(site, joined=True, user="boris")
    assert (again.code, other.code) == (None, None), "the feed is open now"


async def test_an_item_that_is_no_json_closes_with_3506(site: Site) -> None:
    membership_of = await site.connected()
    membership(site, joined=True)
    await site.broker.publish("@creator:eva", b"\x00", PublishOptions())
    assert membership_of.code == 3506
