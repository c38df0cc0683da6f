"""Who is there: presence, its numbers, joins and leaves; and history as clients ask for it."""

from __future__ import annotations

import pytest
from msgspec import Raw

from fanwire.realtime.ports import Identity
from fanwire.settings import Namespace
from fanwire.testing import FakeClock
from tests.unit.realtime.brokers import SlowBroker
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Json, Peer, Site

ROOM = Namespace(
    name="room",
    access="open",
    presence=True,
    join_leave=True,
    allow_presence_for_subscriber=True,
    history_size=400,
    history_ttl=60,
    allow_history_for_subscriber=True,
)
LOUD = Namespace(name="loud", access="open", join_leave=True, force_push_join_leave=True)


@pytest.fixture
async def site(make_site: MakeSite) -> Site:
    return await make_site(settings(ROOM, LOUD))


async def present(peer: Peer, channel: str = "room:1") -> Json:
    found: Json = (await peer.ask(presence={"channel": channel}))["presence"]["presence"]
    return found


async def test_presence_is_kept_by_client_and_goes_at_once(site: Site) -> None:
    site.authenticator.identities["known"] = Identity("boris", info=Raw(b'{"name":"B"}'))
    anna, boris = await site.connected("anna"), await site.connected("known")
    for peer in (anna, boris):
        await peer.subscribe("room:1")
    assert await present(anna) == {
        "client-1": {"user": "anna", "client": "client-1"},
        "client-2": {"user": "boris", "client": "client-2", "conn_info": {"name": "B"}},
    }
    await boris.ask(unsubscribe={"channel": "room:1"})
    assert list(await present(anna)) == ["client-1"]
    await boris.subscribe("room:1")
    boris.hang_up()
    assert list(await present(anna)) == ["client-1"]


async def test_an_empty_presence_is_still_there(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("room:1")
    await site.broker.remove_presence("room:1", "client-1")
    assert (await peer.ask(presence={"channel": "room:1"}))["presence"] == {"presence": {}}


async def test_stats_count_clients_and_users_even_when_there_are_none(site: Site) -> None:
    first, second = await site.connected("anna"), await site.connected("anna")
    for peer in (first, second):
        await peer.subscribe("room:1")
    assert (await first.ask(presence_stats={"channel": "room:1"}))["presence_stats"] == {
        "num_clients": 2,
        "num_users": 1,
    }
    for client in ("client-1", "client-2"):
        await site.broker.remove_presence("room:1", client)
    assert (await first.ask(presence_stats={"channel": "room:1"}))["presence_stats"] == {
        "num_clients": 0,
        "num_users": 0,
    }


async def test_presence_is_renewed_while_the_connection_lives(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("room:1")
    for _ in range(4):
        site.pass_time(27.1)
        await peer.idle()
        peer.write(b"{}")
    assert list(await present(peer)) == ["client-1"]


@pytest.mark.parametrize("request_", ["presence", "presence_stats", "history"])
async def test_questions_of_strangers_and_to_channels_without_the_feature(site: Site, request_: str) -> None:
    peer = await site.connected()
    assert await peer.refused(**{request_: {"channel": "room:1"}}) == 103
    assert await peer.refused(**{request_: {"channel": "loud:1"}}) == 108
    assert await peer.refused(**{request_: {"channel": "nowhere:1"}}) == 102


async def test_a_client_that_closes_while_it_is_entered_does_not_stay_present(
    make_site: MakeSite, clock: FakeClock
) -> None:
    broker = SlowBroker(clock)
    site = await make_site(settings(ROOM), broker=broker)
    peer = await site.connected()
    for turns in range(12):
        ghost = await site.connected("ghost")
        ghost.command(subscribe={"channel": "room:1"})
        for _ in range(turns):
            await _turn()
        ghost.hang_up()
        await peer.idle()
        assert await broker.presence("room:1") == {}, turns


# --- joins and leaves


async def test_joins_reach_everybody_who_listens_the_joining_client_too(site: Site) -> None:
    anna, boris = await site.connected("anna"), await site.connected("boris")
    await anna.subscribe("loud:1")
    await boris.subscribe("loud:1")
    boris.hang_up()
    me, other = {"user": "anna", "client": "client-1"}, {"user": "boris", "client": "client-2"}
    assert anna.pushes("loud:1") == [
        {"channel": "loud:1", "join": {"info": me}},
        {"channel": "loud:1", "join": {"info": other}},
        {"channel": "loud:1", "leave": {"info": other}},
    ]
    assert "subscribe" in anna.messages[1], "the join comes after the reply"


async def test_a_client_has_to_ask_for_joins_unless_they_are_forced(site: Site) -> None:
    quiet, curious = await site.connected("anna"), await site.connected("boris")
    await quiet.subscribe("room:1")
    await curious.subscribe("room:1", join_leave=True)
    assert quiet.pushes("room:1") == []
    assert [push["join"]["info"]["user"] for push in curious.pushes("room:1")] == ["boris"]
    await quiet.ask(unsubscribe={"channel": "room:1"})
    assert [push["leave"]["info"]["user"] for push in curious.pushes("room:1") if "leave" in push] == ["anna"]


# --- history


@pytest.fixture
async def reader(site: Site) -> Peer:
    peer = await site.connected()
    await peer.subscribe("room:1")
    for number in range(1, 6):
        await site.publish("room:1", number, tags={"n": str(number)} if number == 5 else None)
    return peer


async def history(peer: Peer, **request: object) -> Json:
    found: Json = (await peer.ask(history={"channel": "room:1", **request}))["history"]
    return found


async def test_history_without_a_limit_is_the_position(reader: Peer) -> None:
    result = await history(reader)
    assert (result["publications"], result["offset"], len(result["epoch"])) == ([], 5, 8)


async def test_an_empty_history_says_so(site: Site) -> None:
    peer = await site.connected()
    await peer.subscribe("room:2")
    reply = await peer.ask(history={"channel": "room:2"})
    assert reply["history"]["publications"] == []
    assert reply["history"]["offset"] == 0


@pytest.mark.parametrize(
    ("request_", "numbers"),
    [
        ({"limit": -1}, [1, 2, 3, 4, 5]),
        ({"limit": 2}, [1, 2]),
        ({"limit": 2, "reverse": True}, [5, 4]),
        ({"limit": -1, "since": {"offset": 3}}, [4, 5]),
        ({"limit": -1, "since": {"offset": 3}, "reverse": True}, [2, 1]),
        ({"limit": -1, "since": {"offset": 5}}, []),
    ],
)
async def test_history_in_parts(reader: Peer, request_: Json, numbers: list[int]) -> None:
    assert [one["data"] for one in (await history(reader, **request_))["publications"]] == numbers


async def test_history_has_offsets_and_tags(reader: Peer) -> None:
    [last] = (await history(reader, limit=1, reverse=True))["publications"]
    assert last == {"data": 5, "offset": 5, "tags": {"n": "5"}}


async def test_history_of_another_epoch_is_unrecoverable(reader: Peer) -> None:
    epoch = (await history(reader))["epoch"]
    assert (await history(reader, since={"offset": 4, "epoch": epoch}, limit=9))["publications"]
    assert await reader.refused(history={"channel": "room:1", "since": {"offset": 4, "epoch": "other"}}) == 112


async def test_reverse_before_the_first_is_a_bad_request(reader: Peer) -> None:
    assert await reader.refused(history={"channel": "room:1", "since": {"offset": 0}, "reverse": True}) == 107


async def test_history_is_capped_for_clients(site: Site, reader: Peer) -> None:
    for number in range(350):
        await site.publish("room:1", number)
    assert len((await history(reader, limit=-1))["publications"]) == 300
    assert len((await history(reader, limit=350))["publications"]) == 300


async def _turn() -> None:
    import asyncio

    await asyncio.sleep(0)
