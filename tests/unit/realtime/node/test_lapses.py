"""Access whose time is over: what was renewed before the end goes on, though the node hears of it after."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from tests.unit.realtime.node.test_access import Change, ends
from tests.unit.realtime.peer import Peer, Site

EXPIRED = [{"code": 2100, "reason": "expired"}]


def until(site: Site, seconds: float) -> datetime:
    return datetime.fromtimestamp(site.clock.wall() + seconds, UTC)


@pytest.fixture
async def peer(site: Site) -> Peer:
    """Anna, on a post that is open to her for ten seconds; the node is told of changes."""
    site.node.access_known(site.clock.monotonic())
    site.access.until["anna", "post:1"] = until(site, 10)
    peer = await site.connected()
    await peer.subscribe("post:1")
    return peer


async def over(site: Site) -> None:
    """The time is over, and something is published after it."""
    site.pass_time(10.2)
    await site.publish("post:1", "after")


async def test_it_ends_when_no_renewal_was_heard_of(site: Site, peer: Peer) -> None:
    await over(site)
    assert (ends(peer), peer.data("post:1")) == ([], [])
    site.node.access_known(site.clock.monotonic())
    assert (ends(peer), peer.data("post:1")) == (EXPIRED, [])


async def test_a_look_from_before_the_end_decides_nothing(site: Site, peer: Peer) -> None:
    site.pass_time(10.2)
    site.node.access_known(site.clock.monotonic() - 0.5)
    assert ends(peer) == []


async def test_a_renewal_that_is_heard_of_late_keeps_everything(site: Site, peer: Peer) -> None:
    await over(site)
    site.access.until["anna", "post:1"] = until(site, 100)
    answer = asyncio.ensure_future(site.node.access_changed(Change("anna", "creator:eva")))
    # The poll tells of the changes, then that these were all; the answer comes later.
    site.node.access_known(site.clock.monotonic())
    assert (ends(peer), peer.data("post:1")) == ([], [])
    await answer
    assert (ends(peer), peer.data("post:1")) == ([], ["after"])
    site.pass_time(50)
    site.node.access_known(site.clock.monotonic())
    assert ends(peer) == []


async def test_an_answer_before_the_look_is_over_decides_too(site: Site, peer: Peer) -> None:
    await over(site)
    site.access.until["anna", "post:1"] = until(site, 100)
    await site.node.access_changed(Change("anna", "creator:eva"))
    site.node.access_known(site.clock.monotonic())
    assert (ends(peer), peer.data("post:1")) == ([], ["after"])


async def test_a_change_that_renews_nothing_ends_it_with_its_reason(site: Site, peer: Peer) -> None:
    await over(site)
    site.access.denied["anna", "post:1"] = "refunded"
    await site.node.access_changed(Change("anna", "creator:eva"))
    site.node.access_known(site.clock.monotonic())
    assert ends(peer) == [{"code": 2100, "reason": "refunded"}]


async def test_who_leaves_meanwhile_leaves_nothing_behind(site: Site, peer: Peer) -> None:
    await over(site)
    await peer.ask(unsubscribe={"channel": "post:1"})
    site.node.access_known(site.clock.monotonic())
    assert ends(peer) == []
    assert not site.node._core.lapses._waiting
    assert not site.node._core.hub.doubts._waiting
