"""Access that begins, is asked for again, and ends; and denials that can be read."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from fanwire.realtime.node import Node
from fanwire.settings import Namespace
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Peer, Site

Lines = list[MutableMapping[str, Any]]


class Change(NamedTuple):
    user: str
    resource: str
    reason: str = "refunded"
    at: float = 0.0
    streams: tuple[str, ...] = ()


def ends(peer: Peer, channel: str = "post:1") -> list[object]:
    return [push["unsubscribe"] for push in peer.pushes(channel) if "unsubscribe" in push]


def until(site: Site, seconds: float) -> datetime:
    return datetime.fromtimestamp(site.clock.wall() + seconds, UTC)


async def test_a_denial_is_answered_with_103_and_the_log_says_which_rule_and_what_to_change(
    site: Site, lines: Lines
) -> None:
    site.access.denied["boris", "post:1"] = "locked-post"
    peer = await site.connected("boris")
    assert await peer.refused(subscribe={"channel": "post:1"}) == 103
    [line] = [line for line in lines if line["event"] == "refused"]
    assert (line["rule"], line["hint"], line["user"], line["channel"]) == ("locked-post", "buy it", "boris", "post:1")
    assert site.node.stats().errors == {103: 1}


async def test_a_denial_by_the_namespace_names_its_setting(make_site: MakeSite, lines: Lines) -> None:
    site = await make_site(settings(Namespace(name="shut")))
    peer = await site.connected()
    await peer.refused(subscribe={"channel": "shut:1"})
    await peer.refused(publish={"channel": "creator:1", "data": 1})
    hints = [line["hint"] for line in lines if line["event"] == "refused"]
    assert "channel.namespaces[shut].allow_subscribe_for_client" in hints[0]
    assert "channel.namespaces[creator].allow_publish_for_client" in hints[1]


async def test_a_long_name_is_cut_in_the_log(site: Site, lines: Lines) -> None:
    peer = await site.connected()
    await peer.refused(subscribe={"channel": "x" * 10_000})
    assert len(next(line for line in lines if line["event"] == "refused")["channel"]) == 100


async def test_no_token_reaches_the_log(site: Site, lines: Lines) -> None:
    canary = "canary-token"
    site.authenticator.identities[canary] = RuntimeError("the verifier broke")
    for token in (canary, "forged"):
        peer = site.peer()
        peer.command(connect={"token": token, "data": canary})
        await peer.idle()
    peer = await site.connected()
    await peer.refused(subscribe={"channel": "creator:x", "token": "forged"})
    peer.write(b'{"id":9,"connect":{"token":["canary-token"]}}')
    assert canary not in repr(lines)
    assert len(lines) == 4


async def test_without_anybody_who_decides_guarded_channels_are_closed(make_site: MakeSite) -> None:
    site = await make_site(access=None)
    peer = await site.connected()
    assert await peer.refused(subscribe={"channel": "post:1"}) == 103


async def test_a_deadline_ends_the_subscription_within_a_second_and_finally(site: Site) -> None:
    site.access.until["anna", "post:1"] = until(site, 10)
    peer = await site.connected()
    await peer.subscribe("post:1")
    site.pass_time(9.9)
    assert ends(peer) == []
    site.pass_time(0.3)
    assert ends(peer) == [{"code": 2100, "reason": "expired"}]
    await site.publish("post:1", "locked")
    assert peer.data("post:1") == []
    assert site.node.stats().unsubscribes == {2100: 1}


async def test_an_ended_subscription_frees_its_timer(site: Site) -> None:
    site.access.until["anna", "post:1"] = until(site, 10)
    peer = await site.connected()
    await peer.subscribe("post:1")
    [subscription] = site.node._core.hub.channels["post:1"].subscriptions()
    await peer.ask(unsubscribe={"channel": "post:1"})
    assert subscription.lease is not None
    assert subscription.lease.timer is not None
    assert subscription.lease.timer.argument is None


async def test_access_that_ended_in_the_meantime_is_a_denial(site: Site) -> None:
    site.access.until["anna", "post:1"] = until(site, 0)
    peer = await site.connected()
    assert await peer.refused(subscribe={"channel": "post:1"}) == 103


async def test_a_revocation_ends_the_subscriptions_of_every_connection_at_once(site: Site) -> None:
    first, second, other = await site.connected(), await site.connected(), await site.connected("boris")
    for peer in (first, second, other):
        await peer.subscribe("post:1")
        await peer.subscribe("post:2")
    site.access.denied["anna", "post:1"] = "no grant"
    await site.node.access_changed(Change("anna", "creator:eva"))
    await site.publish("post:1", "locked")
    for peer in (first, second):
        assert ends(peer) == [{"code": 2100, "reason": "refunded"}]
        assert ends(peer, "post:2") == []
        assert peer.data("post:1") == []
    assert other.data("post:1") == ["locked"]


async def test_a_posts_grant_concerns_that_post_alone(site: Site) -> None:
    peer = await site.connected()
    for channel in ("post:1", "post:2", "creator:x"):
        await peer.subscribe(channel)
    site.access.asked.clear()
    await site.node.access_changed(Change("anna", "post:2"))
    await site.node.access_changed(Change("nobody", "post:2"))
    assert site.access.asked == [("anna", "post:2")]


async def test_each_channel_is_asked_about_once_whatever_the_tabs(site: Site) -> None:
    for _ in range(3):
        await (await site.connected()).subscribe("post:1")
    site.access.asked.clear()
    await site.node.access_changed(Change("anna", "creator:eva"))
    assert len(site.access.asked) == 1


async def test_a_renewal_moves_the_deadline(site: Site) -> None:
    site.access.until["anna", "post:1"] = until(site, 5)
    peer = await site.connected()
    await peer.subscribe("post:1")
    site.access.until["anna", "post:1"] = until(site, 15)
    await site.node.access_changed(Change("anna", "creator:eva"))
    site.pass_time(10)
    assert ends(peer) == []
    site.access.until.clear()
    await site.node.access_changed(Change("anna", "creator:eva"))
    site.pass_time(8)
    assert ends(peer) == []


async def test_a_renewal_of_something_without_a_deadline_sets_one(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("post:1")
    site.access.until["anna", "post:1"] = until(site, 5)
    await site.node.access_changed(Change("anna", "creator:eva"))
    site.pass_time(5.2)
    assert ends(peer) == [{"code": 2100, "reason": "expired"}]


async def test_an_answer_that_cannot_be_had_closes_and_lets_the_client_ask_again(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("post:1")
    site.access.error = OSError("the database is away")
    await site.node.access_changed(Change("anna", "creator:eva"))
    assert ends(peer) == [{"code": 2500, "reason": "insufficient state"}]
    assert await peer.refused(subscribe={"channel": "post:1"}) == 100
    site.access.error = None
    await peer.subscribe("post:1")


async def test_a_change_that_is_heard_while_asking_makes_it_ask_again(site: Site) -> None:
    """The first answer was true when it was read, and no longer when it would have been acted on."""
    site.access.gate = asyncio.Event()
    peer = await site.connected()
    id = peer.command(subscribe={"channel": "post:1"})
    while not site.access.asked:
        await asyncio.sleep(0)
    site.access.denied["anna", "post:1"] = "no grant"
    await site.node.access_changed(Change("anna", "creator:eva"))
    site.access.gate.set()
    reply = await peer.reply(id)
    assert reply["error"]["code"] == 103
    assert len(site.access.asked) == 2
    await site.publish("post:1", "locked")
    assert peer.publications("post:1") == []


async def test_a_change_that_is_heard_after_the_answer_makes_it_ask_again_before_it_goes_live(
    make_site: MakeSite, clock: Any
) -> None:
    from tests.unit.realtime.brokers import UnreliableBroker

    broker = UnreliableBroker(clock)
    site = await make_site(broker=broker)
    await site.publish("post:1", "locked")
    peer = await site.connected()

    def revoke() -> None:
        site.access.denied["anna", "post:1"] = "no grant"
        _now(site.node, Change("anna", "post:1"))

    broker.during_history.append(revoke)
    assert await peer.refused(subscribe={"channel": "post:1", "recover": True}) == 103
    assert len(site.access.asked) == 2
    assert "locked" not in repr(peer.messages)
    assert await broker.presence("post:1") == {}


def _now(node: Node, change: Change) -> None:
    """Nothing is live, so nobody is asked and nothing has to be awaited."""
    with pytest.raises(StopIteration):
        node.access_changed(change).send(None)
