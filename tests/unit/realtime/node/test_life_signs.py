"""Pings and pongs, and how long tokens last."""

from __future__ import annotations

import pytest
from msgspec import Raw

from fanwire.errors import TokenExpired
from fanwire.realtime.ports import Identity, SubscriptionGrant
from fanwire.settings import Namespace, PingPong
from fanwire.testing import FakeClock
from tests.unit.realtime.conftest import MakeSite, settings
from tests.unit.realtime.peer import Peer, Site

TOKENS = Namespace(name="tokens")


def pings(peer: Peer) -> int:
    return peer.read().count({})


# --- pings


@pytest.mark.parametrize(("chance", "at"), [(0.0, 12.5), (0.5, 18.75), (0.999, 25.0)])
async def test_the_first_ping_comes_in_the_second_half_of_the_interval(site: Site, chance: float, at: float) -> None:
    site.chance = chance
    peer = await site.connected()
    site.pass_time(at - 0.3)
    assert pings(peer) == 0
    site.pass_time(0.5)
    assert pings(peer) == 1


async def test_one_ping_per_interval_while_pongs_come(site: Site) -> None:
    peer = await site.connected()
    for tick in range(1_200):
        before = pings(peer)
        site.pass_time(0.1)
        if pings(peer) > before:
            peer.write(b"{}")
        assert peer.code is None, tick
    # 18.75, then every 25 s: 43.75, 68.75, 93.75, 118.75.
    assert pings(peer) == 5


async def test_no_pong_in_time_closes_with_3012(site: Site) -> None:
    peer = await site.connected()
    site.pass_time(18.9)
    assert pings(peer) == 1
    site.pass_time(7.8)
    assert peer.code is None
    site.pass_time(0.4)
    assert peer.code == 3012


async def test_a_pong_that_nobody_asked_for_closes_with_3501(site: Site) -> None:
    peer = await site.connected()
    peer.write(b"{}")
    assert peer.code == 3501


async def test_a_second_pong_closes_with_3501(site: Site) -> None:
    peer = await site.connected()
    site.pass_time(18.9)
    peer.write(b"{}")
    assert peer.code is None
    peer.write(b"{}")
    assert peer.code == 3501


async def test_without_an_interval_there_are_no_pings(make_site: MakeSite) -> None:
    site = await make_site(settings(ping_pong=PingPong(ping_interval=0, pong_timeout=0)))
    peer = site.peer()
    result = await peer.connect()
    assert ("ping" in result, "pong" in result) == (False, False)
    site.pass_time(100)
    assert (pings(peer), peer.code) == (0, None)


async def test_without_a_pong_timeout_pongs_are_not_expected(make_site: MakeSite) -> None:
    site = await make_site(settings(ping_pong=PingPong(ping_interval=25, pong_timeout=0)))
    peer = site.peer()
    result = await peer.connect()
    assert (result["ping"], "pong" in result) == (25, False)
    for _ in range(3):
        site.pass_time(25.2)
    assert (pings(peer), peer.code) == (3, None)


# --- the connection's token


@pytest.fixture
async def expiring(site: Site, clock: FakeClock) -> Peer:
    site.authenticator.identities["hour"] = Identity("anna", expire_at=clock.wall() + 60)
    site.authenticator.identities["next"] = Identity("anna", expire_at=clock.wall() + 3_600, info=Raw(b'{"new":1}'))
    site.authenticator.identities["other"] = Identity("boris")
    site.authenticator.identities["more"] = Identity("anna", channels=("creator:x",))
    site.authenticator.identities["old"] = TokenExpired()
    site.authenticator.identities["past"] = Identity("anna", expire_at=clock.wall() - 1)
    peer = site.peer()
    result = await peer.connect("hour")
    assert (result["expires"], result["ttl"]) == (True, 60)
    return peer


async def alive_until(site: Site, peer: Peer, seconds: float) -> None:
    """Let time pass, answering pings."""
    for _ in range(int(seconds * 2)):
        before = pings(peer)
        site.pass_time(0.5)
        if pings(peer) > before:
            peer.write(b"{}")


async def test_a_connection_that_does_not_refresh_closes_with_3005_after_the_grace(site: Site, expiring: Peer) -> None:
    await alive_until(site, expiring, 84.5)
    assert expiring.code is None
    await alive_until(site, expiring, 1)
    assert expiring.code == 3005


async def test_a_refresh_extends_the_connection(site: Site, expiring: Peer) -> None:
    await alive_until(site, expiring, 58)
    reply = await expiring.ask(refresh={"token": "next"})
    result = reply["refresh"]
    assert (result["client"], result["expires"], result["ttl"]) == ("client-1", True, 3_542)
    assert result["version"].startswith("fanwire ")
    await alive_until(site, expiring, 60)
    assert expiring.code is None


async def test_a_refresh_to_a_token_without_end(site: Site, expiring: Peer) -> None:
    assert "expires" not in (await expiring.ask(refresh={"token": "anna"}))["refresh"]
    await alive_until(site, expiring, 100)
    assert expiring.code is None


@pytest.mark.parametrize(
    ("token", "code"), [("old", 3005), ("past", 3005), ("forged", 3500), ("other", 3500), ("more", 3010)]
)
async def test_refreshes_that_close(site: Site, expiring: Peer, token: str, code: int) -> None:
    expiring.command(refresh={"token": token})
    await expiring.idle()
    assert expiring.code == code


async def test_a_refresh_without_a_token_is_a_bad_request(expiring: Peer) -> None:
    assert await expiring.refused(refresh={}) == 107


async def test_an_expire_at_in_the_past_is_answered_with_110(site: Site, expiring: Peer) -> None:
    assert await site.peer().refused(connect={"token": "past"}) == 110


async def test_what_expires_within_a_second_has_a_ttl_of_one(site: Site, clock: FakeClock) -> None:
    """A client takes 0 for no expiry, and would not refresh."""
    site.authenticator.identities["brief"] = Identity("anna", expire_at=clock.wall() + 0.4)
    assert (await site.peer().connect("brief"))["ttl"] == 1


# --- a subscription's token


@pytest.fixture
async def subscriber(make_site: MakeSite, clock: FakeClock) -> tuple[Site, Peer]:
    site = await make_site(settings(TOKENS))
    grants = site.authenticator.grants
    now = clock.wall()
    grants["minute"] = SubscriptionGrant("anna", "tokens:1", now + 60, info=Raw(b'{"i":1}'), data=Raw(b'{"d":1}'))
    grants["next"] = SubscriptionGrant("anna", "tokens:1", now + 3_600)
    grants["endless"] = SubscriptionGrant("anna", "tokens:1")
    grants["past"] = SubscriptionGrant("anna", "tokens:1", now - 1)
    grants["old"] = TokenExpired()
    grants["theirs"] = SubscriptionGrant("boris", "tokens:1")
    grants["elsewhere"] = SubscriptionGrant("anna", "tokens:2")
    grants["private"] = SubscriptionGrant("anna", "$tokens:1")
    return site, await site.connected()


async def test_a_token_opens_what_the_namespace_does_not(subscriber: tuple[Site, Peer]) -> None:
    _, peer = subscriber
    assert await peer.refused(subscribe={"channel": "tokens:1"}) == 103
    result = await peer.subscribe("tokens:1", token="minute")
    assert result == {"expires": True, "ttl": 60, "data": {"d": 1}}


async def test_a_private_channel_needs_a_token(subscriber: tuple[Site, Peer]) -> None:
    _, peer = subscriber
    assert await peer.refused(subscribe={"channel": "$tokens:1"}) == 103
    assert await peer.subscribe("$tokens:1", token="private") == {}


@pytest.mark.parametrize(("token", "code"), [("forged", 103), ("old", 109), ("past", 110)])
async def test_subscription_tokens_that_are_refused(subscriber: tuple[Site, Peer], token: str, code: int) -> None:
    _, peer = subscriber
    assert await peer.refused(subscribe={"channel": "tokens:1", "token": token}) == code


@pytest.mark.parametrize("token", ["theirs", "elsewhere"])
async def test_somebody_elses_token_closes_with_3500(subscriber: tuple[Site, Peer], token: str) -> None:
    _, peer = subscriber
    peer.command(subscribe={"channel": "tokens:1", "token": token})
    await peer.idle()
    assert peer.code == 3500


async def test_an_expired_subscription_ends_with_2501_after_the_grace(subscriber: tuple[Site, Peer]) -> None:
    site, peer = subscriber
    await peer.subscribe("tokens:1", token="minute")
    await alive_until(site, peer, 84.5)
    assert peer.pushes("tokens:1") == []
    await alive_until(site, peer, 1)
    assert peer.pushes("tokens:1")[0]["unsubscribe"] == {"code": 2501, "reason": "expired"}
    await site.publish("tokens:1", "late")
    assert peer.data("tokens:1") == []


async def test_a_sub_refresh_extends_the_subscription(subscriber: tuple[Site, Peer]) -> None:
    site, peer = subscriber
    await peer.subscribe("tokens:1", token="minute")
    await alive_until(site, peer, 50)
    reply = await peer.ask(sub_refresh={"channel": "tokens:1", "token": "next"})
    assert reply["sub_refresh"] == {"expires": True, "ttl": 3_550}
    await alive_until(site, peer, 60)
    assert peer.pushes("tokens:1") == []
    reply = await peer.ask(sub_refresh={"channel": "tokens:1", "token": "endless"})
    assert reply["sub_refresh"] == {}


@pytest.mark.parametrize(("token", "code"), [("old", 3006), ("past", 3006), ("theirs", 3500), ("elsewhere", 3500)])
async def test_sub_refreshes_that_close(subscriber: tuple[Site, Peer], token: str, code: int) -> None:
    _, peer = subscriber
    await peer.subscribe("tokens:1", token="minute")
    peer.command(sub_refresh={"channel": "tokens:1", "token": token})
    await peer.idle()
    assert peer.code == code


async def test_a_sub_refresh_without_a_subscription_is_refused(subscriber: tuple[Site, Peer]) -> None:
    _, peer = subscriber
    assert await peer.refused(sub_refresh={"channel": "tokens:1", "token": "next"}) == 103
    await peer.subscribe("tokens:1", token="minute")
    assert await peer.refused(sub_refresh={"channel": "tokens:1", "token": "forged"}) == 103
