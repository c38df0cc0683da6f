"""The protocol as published clients use it: tokens, permissions, presence, history, restarts."""

from __future__ import annotations

import pytest

from fanwire.auth.tokens import make_connection_token
from fanwire.clock import SystemClock
from fanwire.testing.process import FanwireProcess
from tests.clients.conftest import OpenPeer
from tests.clients.peers import Refused
from tests.clients.test_platform_events import new_post
from tests.processes import Api

pytestmark = pytest.mark.node


async def test_a_forged_token_ends_the_connection_for_good(peer: OpenPeer) -> None:
    forged = make_connection_token("boris", secret="not-the-secret-of-this-server-at-all", clock=SystemClock())
    client = await peer("boris", token=forged)
    assert (await client.see("disconnected"))["code"] == 3500


async def test_foreign_and_unknown_channels_are_refused(peer: OpenPeer) -> None:
    boris = await peer("boris")
    for channel, code in (("notifications:anna", 103), ("nowhere:1", 102), ("@creator:anna", 102), ("x" * 300, 107)):
        await boris.subscribe(channel)
        assert (await boris.see("unsubscribed", channel=channel))["code"] == code, channel


async def test_presence_history_and_rpc(peer: OpenPeer, api: Api) -> None:
    post = await new_post(api)
    channel = f"post:{post}"
    boris, clara = await peer("boris"), await peer("clara")
    for one in (boris, clara):
        await one.subscribe(channel)
        await one.see("subscribed", channel=channel)
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "a"})
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "b"})
    await boris.published(channel, 2)
    history = await boris.ask("history", channel=channel, options={"limit": 10})
    assert [d["comment"]["content"] for d in history["data"] if d["type"] == "comment_added"] == ["a", "b"]
    assert sorted((await boris.ask("presence", channel=channel))["users"]) == ["boris", "clara"]
    assert await boris.ask("presence_stats", channel=channel) == {"numClients": 2, "numUsers": 2}
    await clara.unsubscribe(channel)
    await clara.see("unsubscribed", channel=channel)
    assert (await boris.ask("presence", channel=channel))["users"] == ["boris"]
    with pytest.raises(Refused) as refused:
        await boris.ask("publish", channel=channel, data={"type": "post_liked"})
    assert refused.value.code == 103
    with pytest.raises(Refused) as refused:
        await boris.ask("rpc", method="anything", data={})
    assert refused.value.code == 108


@pytest.mark.own_server
async def test_a_killed_server_comes_back_and_nothing_is_silently_lost(
    peer: OpenPeer, api: Api, dev: FanwireProcess
) -> None:
    post = await new_post(api)
    boris = await peer("boris")
    await boris.subscribe(f"post:{post}")
    await boris.see("subscribed", channel=f"post:{post}")
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "before"})
    await boris.published(f"post:{post}", 1)
    dev.kill()
    await boris.see("connecting")
    boris.forget()
    await dev.started()
    again = await boris.see("subscribed", channel=f"post:{post}")
    assert (again["wasRecovering"], again["recovered"]) == (True, False)
    await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "after"})
    seen = await boris.published(f"post:{post}", 1)
    assert [e["data"]["comment"]["content"] for e in seen] == ["after"]


@pytest.mark.own_server
async def test_a_drained_server_says_3001_and_is_gone_in_time(peer: OpenPeer, dev: FanwireProcess) -> None:
    # Not boris: the seed has just given him a subscription, and a join on its way may ask him to come back (3010).
    clara = await peer("clara")
    await clara.see("connected")
    assert dev.stop() == 0
    assert (await clara.see("connecting", code=3001))["reason"] == "shutdown"
