"""Revoked tokens close what they have opened, and nothing else; clients may come back with another one."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from fanwire.realtime.ports import Identity, SubscriptionGrant
from tests.unit.realtime.peer import Peer, Site


class Revoked(NamedTuple):
    resource: str
    user: str = ""
    at: float = 0.0
    streams: tuple[str, ...] = ()
    reason: str = "revoked"


async def connected(site: Site, user: str, token_id: str, issued_at: float = 100.0) -> Peer:
    site.authenticator.identities[token_id] = Identity(user, token_id=token_id, issued_at=issued_at)
    return await site.connected(token_id)


async def test_a_token_by_its_name(site: Site) -> None:
    first, second, other = (
        await connected(site, "anna", "j1"),
        await connected(site, "anna", "j2"),
        await connected(site, "boris", "j3"),
    )
    await site.node.access_changed(Revoked("token:j1"))
    assert (first.link.code, first.link.reason) == (3005, "token revoked")
    await site.node.access_changed(Revoked("token:j3", user="anna"))  # somebody else's
    assert second.code is None and other.code is None


async def test_all_of_a_user_up_to_a_time(site: Site) -> None:
    old, new = await connected(site, "anna", "j1", 100.0), await connected(site, "anna", "j2", 101.0)
    nameless = await connected(site, "anna", "j3", 0.0)
    boris = await connected(site, "boris", "j4", 50.0)
    await site.node.access_changed(Revoked("tokens", "anna", at=100.5))
    assert (old.code, nameless.code) == (3005, 3005)
    assert new.code is None and boris.code is None


async def test_a_token_revoked_while_it_was_verified_is_refused(site: Site) -> None:
    class Slow:
        def __init__(self) -> None:
            self.gate = asyncio.Event()

        async def connect(self, token: str) -> Identity:
            await self.gate.wait()
            return Identity("anna", token_id="j1", issued_at=100.0)

    slow = Slow()
    site.node._core.ports = site.node._core.ports._replace(authenticator=slow)  # type: ignore[arg-type]
    peer = site.peer()
    id = peer.command(connect={"token": "x"})
    await asyncio.sleep(0)
    await site.node.access_changed(Revoked("token:j1"))
    slow.gate.set()
    assert (await peer.reply(id))["error"]["code"] == 109


async def test_a_refresh_changes_which_token_counts(site: Site) -> None:
    peer = await connected(site, "anna", "j1", 100.0)
    site.authenticator.identities["j2"] = Identity("anna", token_id="j2", issued_at=200.0)
    await peer.ask(refresh={"token": "j2"})
    await site.node.access_changed(Revoked("token:j1"))
    await site.node.access_changed(Revoked("tokens", "anna", at=150.0))
    assert peer.code is None
    await site.node.access_changed(Revoked("token:j2"))
    assert peer.code == 3005


async def test_a_subscription_ends_with_its_own_token(site: Site) -> None:
    peer = await connected(site, "anna", "j1")
    for name in ("s1", "s2"):
        channel = f"creator:{name}"
        site.authenticator.grants[name] = SubscriptionGrant("anna", channel, token_id=name, issued_at=100.0)
        await peer.subscribe(channel, token=name)
    await site.node.access_changed(Revoked("token:s1"))
    ended = [push["channel"] for push in peer.pushes() if "unsubscribe" in push]
    assert ended == ["creator:s1"]
    assert peer.code is None
