"""A client's conversation with a node, command by command (PROTOCOL.md section 1)."""

from __future__ import annotations

import asyncio

import pytest

from fanwire.errors import TokenExpired
from fanwire.realtime.ports import Identity
from fanwire.settings import Namespace
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Site

OPEN = Namespace(name="open", allow_subscribe_for_client=True, allow_publish_for_subscriber=True)


async def test_connect_says_who_and_when_to_ping(site: Site) -> None:
    result = await site.peer().connect()
    assert result["client"] == "client-1"
    assert result["version"].startswith("fanwire ")
    assert (result["ping"], result["pong"]) == (25, True)
    assert "expires" not in result


async def test_connect_subscribes_the_user_to_its_own_channels(site: Site) -> None:
    result = await site.peer().connect("boris")
    assert sorted(result["subs"]) == ["feed:boris", "notifications:boris"]
    assert result["subs"]["feed:boris"]["recoverable"] is True
    assert result["subs"]["notifications:boris"]["data"]["user"] == "boris"


async def test_anonymous_visitors_have_no_channels_of_their_own(make_site: MakeSite) -> None:
    site = await make_site(settings(client={"allow_anonymous_connect_without_token": True}))
    assert "subs" not in await site.peer().connect("")


async def test_commands_behind_connect_in_one_message_are_handled_in_order(site: Site) -> None:
    peer = site.peer()
    peer.write(
        b'{"id":1,"connect":{"token":"anna"}}\n{"id":2,"subscribe":{"channel":"creator:x"}}\n'
        b'{"id":3,"unsubscribe":{"channel":"creator:x"}}\n{"id":4,"subscribe":{"channel":"creator:x"}}'
    )
    await peer.idle()
    assert [message["id"] for message in peer.read()] == [1, 2, 3, 4]
    assert "error" not in peer.messages[3]


async def test_a_command_before_connect_closes_with_3501(site: Site) -> None:
    peer = site.peer()
    peer.command(subscribe={"channel": "creator:x"})
    assert peer.code == 3501


async def test_a_second_connect_closes_with_3501(site: Site) -> None:
    peer = await site.connected()
    peer.command(connect={"token": "anna"})
    assert peer.code == 3501


async def test_connect_without_a_token_closes_with_3501(site: Site) -> None:
    peer = site.peer()
    peer.command(connect={})
    assert peer.code == 3501


async def test_a_forged_token_closes_with_3500(site: Site) -> None:
    peer = site.peer()
    peer.command(connect={"token": "forged"})
    await peer.idle()
    assert (peer.code, peer.link.reason) == (3500, "invalid token")


async def test_an_expired_token_is_answered_and_what_follows_is_not_read(site: Site) -> None:
    site.authenticator.identities["old"] = TokenExpired()
    peer = site.peer()
    peer.write(b'{"id":1,"connect":{"token":"old"}}\n{"id":2,"subscribe":{"channel":"creator:x"}}')
    await peer.idle()
    assert [(m["id"], m["error"]["code"]) for m in peer.read()] == [(1, 109)]
    assert peer.code is None
    assert site.node.stats().connections == 0
    site.pass_time(5.2)
    assert peer.code == 3000


async def test_a_connection_that_never_connects_is_stale(site: Site) -> None:
    peer = site.peer()
    site.pass_time(9.9)
    assert peer.code is None
    site.pass_time(0.3)
    assert peer.code == 3502


async def test_who_waits_for_their_snapshot_is_not_stale(site: Site) -> None:
    """In a mass reconnect the database may take longer than that, and 3502 would end the client for good."""
    site.snapshots.gate = asyncio.Event()
    peer = site.peer()
    connecting = asyncio.ensure_future(peer.connect())
    while not site.snapshots.reads:
        await asyncio.sleep(0)
    for _ in range(10):
        site.pass_time(9.9)
    assert peer.code is None
    site.snapshots.gate.set()
    assert "notifications:anna" in (await connecting)["subs"]


@pytest.mark.parametrize(
    "frame", [b"", b"\n", b"{", b"[]", b"null", b'{"id":1,"connect":7}', b'{"id":-1}', b"{}\n\n{}"]
)
async def test_undecodable_commands_close_with_3501(site: Site, frame: bytes) -> None:
    peer = site.peer()
    peer.write(frame)
    assert peer.code == 3501


async def test_a_command_that_asks_nothing_closes_with_3501(site: Site) -> None:
    peer = await site.connected()
    peer.write(b'{"id":9}')
    assert peer.code == 3501


async def test_ping_of_a_client_is_not_available(site: Site) -> None:
    peer = await site.connected()
    assert await peer.refused(ping={}) == 108


async def test_subscribe_publish_unsubscribe(make_site: MakeSite) -> None:
    site = await make_site(settings(OPEN))
    anna, boris = await site.connected("anna"), await site.connected("boris")
    assert await anna.subscribe("open:1") == {}
    await boris.subscribe("open:1")
    assert await anna.ask(publish={"channel": "open:1", "data": {"a": 1}}) == {"id": 3, "publish": {}}
    info = {"user": "anna", "client": "client-1"}
    assert boris.publications("open:1") == [{"data": {"a": 1}, "info": info}]
    assert await boris.ask(unsubscribe={"channel": "open:1"}) == {"id": 3, "unsubscribe": {}}
    await anna.ask(publish={"channel": "open:1", "data": 2})
    assert len(boris.publications("open:1")) == 1


async def test_unsubscribing_from_an_unknown_channel_succeeds(site: Site) -> None:
    peer = await site.connected()
    assert await peer.ask(unsubscribe={"channel": "nowhere:1"}) == {"id": 2, "unsubscribe": {}}


async def test_a_second_subscription_to_a_channel_is_refused(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("creator:x")
    assert await peer.refused(subscribe={"channel": "creator:x"}) == 105
    assert await peer.refused(subscribe={"channel": "notifications:anna"}) == 105


@pytest.mark.parametrize(
    ("channel", "code"),
    [("nowhere:1", 102), ("@creator:x", 102), ("x" * 256, 107), ("", 107), ("creator:é", 107), ("feed:boris", 103)],
)
async def test_channels_that_are_refused(site: Site, channel: str, code: int) -> None:
    peer = await site.connected()
    assert await peer.refused(subscribe={"channel": channel}) == code


async def test_the_channel_limit_is_answered_with_106(make_site: MakeSite) -> None:
    site = await make_site(settings(client={"channel_limit": 3}))
    peer = await site.connected()
    await peer.subscribe("creator:x")
    assert await peer.refused(subscribe={"channel": "creator:y"}) == 106


async def test_too_many_server_side_subscriptions_close_with_3505(make_site: MakeSite) -> None:
    site = await make_site(settings(client={"channel_limit": 1}))
    peer = site.peer()
    peer.command(connect={"token": "anna"})
    await peer.idle()
    assert peer.code == 3505


@pytest.mark.parametrize("limit", ["connection_limit", "user_connection_limit"])
async def test_connection_limits_close_with_3504(make_site: MakeSite, limit: str) -> None:
    site = await make_site(settings(client={limit: 1}))
    first, second = await site.connected(), site.peer()
    second.command(connect={"token": "anna"})
    await second.idle()
    assert (first.code, second.code) == (None, 3504)
    first.hang_up()
    assert (await site.connected()).code is None


async def test_commands_that_pile_up_close_with_3013(make_site: MakeSite) -> None:
    site = await make_site(settings(client={"command_queue_max": 3}))
    peer = site.peer()
    peer.write(b"\n".join(b'{"id":%d,"connect":{"token":"anna"}}' % n for n in range(1, 6)))
    assert peer.code == 3013


async def test_a_delta_is_ignored_and_filters_and_types_are_refused(site: Site) -> None:
    peer = await site.connected()
    assert "delta" not in await peer.subscribe("creator:x", delta="fossil")
    assert await peer.refused(subscribe={"channel": "creator:y", "tf": {"op": "and"}}) == 107
    assert await peer.refused(subscribe={"channel": "creator:y", "type": 1}) == 107
    assert await peer.refused(publish={"channel": "creator:x", "data": 1, "type": 1}) == 107


async def test_publish_needs_data_and_permission(site: Site) -> None:
    peer = await site.connected()
    assert await peer.refused(publish={"channel": "creator:x"}) == 107
    assert await peer.refused(publish={"channel": "creator:x", "data": 1}) == 103


async def test_rpc_and_send_without_a_handler(site: Site) -> None:
    peer = await site.connected()
    assert await peer.refused(rpc={"method": "x", "data": {}}) == 108
    peer.write(b'{"send":{"data":{}}}')
    await peer.idle()
    assert peer.code == 3508


async def test_rpc_and_send_reach_their_handlers(make_site: MakeSite) -> None:
    class Echo:
        def __init__(self) -> None:
            self.seen: list[bytes] = []

        async def rpc(self, caller: object, method: str, data: bytes) -> bytes:
            return b'{"method":"%b","data":%b}' % (method.encode(), data)

        async def message(self, caller: object, data: bytes) -> None:
            self.seen.append(data)

    echo = Echo()
    site = await make_site(rpc=echo, messages=echo)
    peer = await site.connected()
    reply = await peer.ask(rpc={"method": "m", "data": [1]})
    assert reply["rpc"] == {"data": {"method": "m", "data": [1]}}
    peer.write(b'{"send":{"data":{"a":1}}}')
    await peer.idle()
    assert (echo.seen, peer.code) == ([b'{"a":1}'], None)


async def test_a_command_without_an_id_counts_as_a_pong(site: Site) -> None:
    peer = await site.connected()
    peer.write(b'{"subscribe":{"channel":"creator:x"}}')
    assert peer.code == 3501


async def test_insecure_needs_no_token_and_allows_publishing(make_site: MakeSite) -> None:
    site = await make_site(settings(client={"insecure": True}))
    peer = site.peer()
    await peer.connect("")
    await peer.subscribe("creator:x")
    assert "publish" in await peer.ask(publish={"channel": "creator:x", "data": 1})
    assert await peer.refused(subscribe={"channel": "feed:boris"}) == 103


async def test_a_token_can_subscribe_to_more_channels_with_info_and_data(make_site: MakeSite) -> None:
    from msgspec import Raw

    from fanwire.realtime.ports import ServerSubscription

    site = await make_site()
    more = ServerSubscription(info=Raw(b'{"rank":1}'), data=Raw(b'{"hello":true}'))
    site.authenticator.identities["vip"] = Identity("anna", channels=("creator:x",), subs={"post:7": more})
    peer = site.peer()
    result = await peer.connect("vip")
    assert result["subs"]["post:7"]["data"] == {"hello": True}
    assert result["subs"]["creator:x"]["recoverable"] is True
    presence = await peer.ask(presence={"channel": "post:7"})
    assert presence["presence"]["presence"]["client-1"] == {
        "user": "anna",
        "client": "client-1",
        "chan_info": {"rank": 1},
    }


async def test_an_unknown_namespace_in_a_token_refuses_the_connection(site: Site) -> None:
    site.authenticator.identities["odd"] = Identity("anna", channels=("creator:x", "nowhere:1"))
    peer = site.peer()
    assert await peer.refused(connect={"token": "odd"}) == 102
    assert site.node.stats().subscriptions == 0


async def test_a_broker_that_fails_is_answered_with_100_which_clients_retry(site: Site) -> None:
    peer = await site.connected()
    await site.broker.stop()
    reply = await peer.ask(subscribe={"channel": "creator:x"})
    assert reply["error"] == {"code": 100, "message": "internal server error", "temporary": True}
    await site.broker.start(site.node)
    assert "recoverable" in await peer.subscribe("creator:x")
