"""Places in audiences end with the access that gave them, wherever the relay is (P5)."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

from fanwire.brokers.base import PublishOptions
from fanwire.realtime.node import control
from tests.unit.realtime.peer import Site

EVA, MINE = "creator:eva", "notifications:anna"


class Ended(NamedTuple):
    """What the access feed tells of a subscription or a block that ends a place."""

    user: str = "anna"
    resource: str = EVA
    reason: str = "refunded"
    at: float = 0.0
    streams: tuple[str, ...] = (EVA,)


async def say(site: Site, data: Any, gseq: int, stream: str = EVA) -> None:
    await site.broker.publish(f"@{stream}", json.dumps(data).encode(), PublishOptions(version=gseq))


def relay_says(site: Site, joined: bool) -> None:
    data = json.dumps({"user": "anna", "stream": EVA, "joined": joined}).encode()
    site.node.on_control(control.wrap("membership", data))


async def test_who_lost_access_hears_nothing_more_although_the_relay_has_not_come_to_it(site: Site) -> None:
    site.snapshots.streams = {EVA}
    peer = await site.connected()
    await say(site, 1, 1)
    site.access.denied["anna", f"@{EVA}"] = "refunded"
    await site.node.access_changed(Ended())
    await say(site, 2, 2)
    assert peer.data(MINE) == [1]


async def test_who_still_has_access_stays(site: Site) -> None:
    site.snapshots.streams = {EVA}
    peer = await site.connected()
    await site.node.access_changed(Ended())
    await say(site, 1, 1)
    assert peer.data(MINE) == [1]


async def test_a_block_ends_both_places(site: Site) -> None:
    streams = (EVA, "followers:eva")
    site.snapshots.streams = set(streams)
    peer = await site.connected()
    for stream in streams:
        site.access.denied["anna", f"@{stream}"] = "blocked"
    await site.node.access_changed(Ended(resource="block:eva", streams=streams))
    for stream in streams:
        await say(site, stream, 1, stream)
    assert peer.data(MINE) == []


async def test_others_are_not_asked_about(site: Site) -> None:
    site.snapshots.streams = {"creator:another"}
    await site.connected()
    await site.node.access_changed(Ended())
    assert site.access.asked == []


async def test_access_that_began_again_meanwhile_keeps_the_place(site: Site) -> None:
    """The relay has told both the end and the new beginning while the first answer, an old one, was on its way."""
    site.snapshots.streams = {EVA}
    peer = await site.connected()
    site.access.denied["anna", f"@{EVA}"] = "refunded"
    site.access.gate = asyncio.Event()
    asking = asyncio.ensure_future(site.node.access_changed(Ended()))
    while not site.access.asked:
        await asyncio.sleep(0)
    relay_says(site, False)
    relay_says(site, True)
    del site.access.denied["anna", f"@{EVA}"]
    site.access.gate.set()
    await asking
    await say(site, 1, 1)
    assert peer.data(MINE) == [1]


async def test_what_ends_while_the_snapshot_is_read_is_not_in_it(site: Site) -> None:
    site.snapshots.streams = {EVA}
    site.access.denied["anna", f"@{EVA}"] = "refunded"
    site.snapshots.gate = asyncio.Event()
    peer = site.peer()
    connecting = asyncio.ensure_future(peer.connect())
    while not site.snapshots.reads:
        await asyncio.sleep(0)
    await site.node.access_changed(Ended())
    site.snapshots.gate.set()
    await connecting
    await say(site, 1, 1)
    assert peer.data(MINE) == []


async def test_without_an_answer_the_client_comes_back_for_a_new_snapshot(site: Site) -> None:
    site.snapshots.streams = {EVA}
    peer = await site.connected()
    site.access.error = OSError("the database is away")
    await site.node.access_changed(Ended())
    assert peer.code == 3010
