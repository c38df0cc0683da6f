"""The server API's verbs, and the orders that nodes give each other."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
from msgspec import Raw

from fanwire.brokers.base import HistoryFilter, StreamPosition
from fanwire.errors import (
    BadRequest,
    ClientError,
    NotAvailable,
    PermissionDenied,
    UnknownChannel,
    UnrecoverablePosition,
    Unsubscribe,
)
from fanwire.settings import Namespace
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Peer, Site

Lines = list[MutableMapping[str, Any]]


def ends(peer: Peer, channel: str) -> list[object]:
    return [push["unsubscribe"] for push in peer.pushes(channel) if "unsubscribe" in push]


async def test_publish_returns_the_position_and_a_repeat_of_the_key_the_first_one(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    first = await site.node.publish("creator:x", b"1", idempotency_key="k", tags={"eventId": "e"})
    again = await site.node.publish("creator:x", b"1", idempotency_key="k")
    assert (first.position.offset, again.position, again.suppressed) == (1, first.position, True)
    [publication] = peer.publications("creator:x")
    assert publication["tags"] == {"eventId": "e"}


async def test_publish_without_history_has_no_offset(site: Site) -> None:
    assert (await site.node.publish("creator:x", b"1", skip_history=True)).position.offset == 0


@pytest.mark.parametrize(
    ("channel", "error"), [("nowhere:1", UnknownChannel), ("@creator:x", UnknownChannel), ("x" * 300, BadRequest)]
)
async def test_channels_that_cannot_be_published_to(site: Site, channel: str, error: type[ClientError]) -> None:
    with pytest.raises(error):
        await site.node.publish(channel, b"1")


async def test_publish_without_data(site: Site) -> None:
    with pytest.raises(BadRequest):
        await site.node.publish("creator:x", b"")


async def test_history_and_its_removal(site: Site) -> None:
    for number in range(3):
        await site.publish("creator:x", number)
    found, top = await site.node.history("creator:x", HistoryFilter(limit=2))
    assert ([one.data for one in found], top.offset) == ([b"0", b"1"], 3)
    with pytest.raises(UnrecoverablePosition):
        await site.node.history("creator:x", HistoryFilter(limit=2, since=StreamPosition(1, "other")))
    await site.node.remove_history("creator:x")
    found, top = await site.node.history("creator:x", HistoryFilter(limit=-1))
    assert (found, top.offset) == ([], 3)


async def test_presence(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("post:1")
    assert {info.user for info in (await site.node.presence("post:1")).values()} == {"anna"}
    assert (await site.node.presence_stats("post:1")).num_clients == 1


async def test_features_that_a_namespace_lacks_are_not_available(site: Site) -> None:
    for verb in (site.node.presence, site.node.presence_stats):
        with pytest.raises(NotAvailable):
            await verb("creator:x")
    with pytest.raises(NotAvailable):
        await site.node.history("notifications:anna", HistoryFilter())
    with pytest.raises(NotAvailable):
        await site.node.remove_history("notifications:anna")


async def test_unsubscribe_ends_a_users_subscriptions_with_a_push(site: Site) -> None:
    first, second, other = await site.connected(), await site.connected(), await site.connected("boris")
    for peer in (first, second, other):
        await peer.subscribe("creator:x")
    await site.node.unsubscribe("anna", "creator:x", client="client-1")
    assert (len(ends(first, "creator:x")), len(ends(second, "creator:x"))) == (1, 0)
    await site.node.unsubscribe("anna", "creator:x")
    assert ends(second, "creator:x") == [{"code": 2000, "reason": "server unsubscribe"}]
    assert (len(ends(first, "creator:x")), ends(other, "creator:x")) == (1, [])
    assert "recoverable" in await first.subscribe("creator:x"), "the client may come back"


async def test_unsubscribe_with_a_reason_of_ones_own(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    await site.node.unsubscribe("anna", "creator:x", unsubscribe=Unsubscribe(2150, "moved"))
    assert ends(peer, "creator:x") == [{"code": 2150, "reason": "moved"}]


async def test_an_unsubscribe_that_comes_while_the_subscription_is_made_ends_it_after_the_reply(site: Site) -> None:
    import asyncio

    site.access.gate = asyncio.Event()
    peer = await site.connected()
    id = peer.command(subscribe={"channel": "post:1"})
    while not site.access.asked:
        await asyncio.sleep(0)
    await site.node.unsubscribe("anna", "post:1")
    site.access.gate.set()
    assert "subscribe" in await peer.reply(id)
    await site.publish("post:1", 1)
    assert (len(ends(peer, "post:1")), peer.publications("post:1")) == (1, [])
    assert await site.node.presence("post:1") == {}


async def test_disconnect_closes_a_users_connections_but_those_that_are_spared(site: Site) -> None:
    first, second, other = await site.connected(), await site.connected(), await site.connected("boris")
    await site.node.disconnect("anna", whitelist=["client-1"])
    assert (first.code, second.code, other.code) == (None, 3503, None)
    assert second.link.reason == "force disconnect"
    await site.node.disconnect("anna", client="client-9")
    assert (first.code, other.code) == (None, None)
    await site.node.disconnect("anna", client="client-1", code=4000, reason="ф" * 100)
    assert first.code == 4000
    assert first.link.reason == "ф" * 61, "a close frame carries 123 bytes"
    assert site.node.stats().closes == {3503: 1, 4000: 1}


async def test_info_and_channels_count(site: Site) -> None:
    for user in ("anna", "boris"):
        await (await site.connected(user)).subscribe("creator:x")
    site.clock.advance(5)
    [node] = await site.node.info()
    assert (node["num_clients"], node["num_users"], node["num_channels"], node["num_subs"]) == (2, 2, 5, 6)
    assert (node["uptime"], bool(node["uid"]), bool(node["name"])) == (5, True, True)
    assert await site.node.channels("creator:*") == {"creator:x": 2}
    assert len(await site.node.channels("")) == 5


async def test_explain_raises_what_the_user_would_be_answered(make_site: MakeSite) -> None:
    site = await make_site(settings(Namespace(name="shut")))
    site.access.denied["boris", "post:1"] = "locked-post"
    await site.node.explain("anna", "post:1")
    await site.node.explain("", "creator:x")
    for user, channel, rule in (
        ("boris", "post:1", "locked-post"),
        ("anna", "feed:boris", "belongs to the user"),
        ("anna", "shut:1", "may not subscribe"),
    ):
        with pytest.raises(PermissionDenied) as denial:
            await site.node.explain(user, channel)
        assert rule in denial.value.rule
        assert denial.value.hint


async def test_explain_without_anybody_who_decides(make_site: MakeSite) -> None:
    site = await make_site(access=None)
    with pytest.raises(PermissionDenied):
        await site.node.explain("anna", "post:1")


async def test_a_client_publication_names_its_publisher(make_site: MakeSite) -> None:
    from fanwire.realtime.ports import Identity

    site = await make_site(settings(Namespace(name="chat", access="open", allow_publish_for_client=True)))
    site.authenticator.identities["known"] = Identity("anna", info=Raw(b'{"name":"A"}'))
    writer, reader = await site.connected("known"), await site.connected("boris")
    await reader.subscribe("chat:1")
    await writer.ask(publish={"channel": "chat:1", "data": "hi"})
    [publication] = reader.publications("chat:1")
    assert publication["info"] == {"user": "anna", "client": "client-1", "conn_info": {"name": "A"}}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"membership":{"user":1}}'])
async def test_a_control_message_that_is_not_understood_is_logged_and_harms_nobody(
    site: Site, lines: Lines, data: bytes
) -> None:
    peer = await site.connected()
    site.node.on_control(data)
    assert [line["event"] for line in lines] == ["control_message_not_understood"]
    assert peer.code is None


async def test_a_control_message_of_a_newer_node_is_ignored(site: Site, lines: Lines) -> None:
    site.node.on_control(b'{"something_new":{"a":1}}')
    assert lines == []
