"""A post that is open to fewer people than before: its channel closes, and who still may read it comes back."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from tests.unit.realtime.peer import Peer, Site


class Restricted(NamedTuple):
    """Nobody is named: the post itself has changed."""

    resource: str
    user: str = ""
    reason: str = "revoked"
    at: float = 0.0
    streams: tuple[str, ...] = ()


def ends(peer: Peer, channel: str) -> list[object]:
    return [push["unsubscribe"] for push in peer.pushes(channel) if "unsubscribe" in push]


async def test_everybody_is_sent_away_at_once_and_only_who_may_read_it_comes_back(site: Site) -> None:
    boris, clara, dina = await site.connected("boris"), await site.connected("clara"), await site.connected("dina")
    for peer in (boris, clara, dina):
        await peer.subscribe("post:1")
        await peer.subscribe("post:2")
        await peer.subscribe("creator:1")
    site.access.asked.clear()
    for user in ("boris", "dina"):
        site.access.denied[user, "post:1"] = "locked-post"
    await site.node.access_changed(Restricted("post:1"))
    # Nobody was asked: of thousands the last answer would come too late.
    assert site.access.asked == []
    await site.publish("post:1", "locked")
    for peer in (boris, clara, dina):
        assert ends(peer, "post:1") == [{"code": 2500, "reason": "insufficient state"}]
        assert peer.data("post:1") == []
        assert ends(peer, "post:2") == ends(peer, "creator:1") == []
    for peer in (boris, dina):
        assert await peer.refused(subscribe={"channel": "post:1", "recover": True}) == 103
    await clara.subscribe("post:1")
    await site.publish("post:1", "for clara")
    assert clara.data("post:1") == ["for clara"]
    assert boris.data("post:1") == dina.data("post:1") == []


async def test_what_waits_for_a_slow_client_is_taken_back(site: Site) -> None:
    """What was published before is locked as well now."""
    peer = await site.connected("boris")
    for channel in ("post:1", "post:2"):
        await peer.subscribe(channel)
    for channel in ("post:1", "post:2"):
        await site.publish(channel, "queued")
    await site.node.access_changed(Restricted("post:1"))
    assert peer.data("post:1") == []
    assert peer.data("post:2") == ["queued"]
    assert ends(peer, "post:1") == [{"code": 2500, "reason": "insufficient state"}]


async def test_a_subscription_that_is_being_made_asks_again(site: Site) -> None:
    site.access.gate = asyncio.Event()
    peer = await site.connected("boris")
    id = peer.command(subscribe={"channel": "post:1"})
    while not site.access.asked:
        await asyncio.sleep(0)
    site.access.denied["boris", "post:1"] = "locked-post"
    await site.node.access_changed(Restricted("post:1"))
    site.access.gate.set()
    assert (await peer.reply(id))["error"]["code"] == 103
    assert len(site.access.asked) == 2


async def test_a_fact_about_a_token_of_an_unknown_user_closes_no_post(site: Site) -> None:
    peer = await site.connected("boris")
    await peer.subscribe("post:1")
    await site.node.access_changed(Restricted("token:1"))
    assert ends(peer, "post:1") == []
