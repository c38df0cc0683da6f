"""PyPI ``cent`` against the server API: a published client, unmodified."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cent import (
    AsyncClient,
    BatchRequest,
    BroadcastRequest,
    CentApiResponseError,
    CentUnauthorizedError,
    ChannelsRequest,
    Client,
    DisconnectRequest,
    HistoryRemoveRequest,
    HistoryRemoveResult,
    HistoryRequest,
    HistoryResult,
    InfoRequest,
    PresenceRequest,
    PresenceStatsRequest,
    PublishRequest,
    PublishResult,
    StreamPosition,
    UnsubscribeRequest,
)
from websockets.asyncio.client import ClientConnection

from .conftest import API_KEY, Running, Start


@pytest.fixture
async def cent(gateway: Running) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(f"{gateway.url}/api", api_key=API_KEY) as client:
        yield client


async def subscribed(gateway: Running, user: str, channel: str) -> ClientConnection:
    client = await gateway.open(user)
    await client.send(json.dumps({"id": 2, "subscribe": {"channel": channel}}))
    reply = json.loads(await asyncio.wait_for(client.recv(), 5))
    assert "subscribe" in reply, reply
    return client


async def pushed(client: ClientConnection) -> Any:
    return json.loads(await asyncio.wait_for(client.recv(), 5))["push"]


async def test_a_publication_reaches_its_subscriber_and_stays_in_the_history(
    gateway: Running, cent: AsyncClient
) -> None:
    client = await subscribed(gateway, "boris", "creator:anna")
    first = await cent.publish(PublishRequest(channel="creator:anna", data={"n": 1}, tags={"a": "b"}))
    assert first.offset == 1
    assert (await pushed(client))["pub"] | {"epoch": ""} == {
        "data": {"n": 1},
        "offset": 1,
        "tags": {"a": "b"},
        "epoch": "",
    }
    await cent.publish(PublishRequest(channel="creator:anna", data={"n": 2}))
    history = await cent.history(HistoryRequest(channel="creator:anna", limit=10))
    assert [(kept.offset, kept.data, kept.tags) for kept in history.publications] == [
        (1, {"n": 1}, {"a": "b"}),
        (2, {"n": 2}, None),
    ]
    since = StreamPosition(offset=1, epoch=first.epoch)
    newer = await cent.history(HistoryRequest(channel="creator:anna", limit=10, since=since))
    assert [kept.offset for kept in newer.publications] == [2]
    await cent.history_remove(HistoryRemoveRequest(channel="creator:anna"))
    empty = await cent.history(HistoryRequest(channel="creator:anna", limit=10))
    assert (empty.publications, empty.offset, empty.epoch) == ([], 2, first.epoch)
    await client.close()


async def test_a_repeated_key_publishes_once(gateway: Running, cent: AsyncClient) -> None:
    client = await subscribed(gateway, "boris", "creator:anna")
    request = PublishRequest(channel="creator:anna", data=1, idempotency_key="k")
    assert (await cent.publish(request)).offset == (await cent.publish(request)).offset == 1
    await cent.publish(PublishRequest(channel="creator:anna", data=2, skip_history=True))
    assert [(await pushed(client))["pub"]["data"] for _ in range(2)] == [1, 2]
    await client.close()


async def test_broadcast_answers_for_each_channel(cent: AsyncClient) -> None:
    answer = await cent.broadcast(BroadcastRequest(channels=["creator:anna", "nowhere:1"], data={}))
    assert answer.responses[0].result is not None
    assert answer.responses[0].result.offset == 1
    assert answer.responses[1].error is not None
    assert answer.responses[1].error.code == 102


async def test_presence_info_and_channels_see_the_clients(start: Start) -> None:
    space = {"name": "room", "presence": True, "allow_subscribe_for_client": True}
    gateway = await start(channel={"namespaces": [space]})
    clients = [await subscribed(gateway, user, "room:1") for user in ("boris", "boris", "clara")]
    async with AsyncClient(f"{gateway.url}/api", api_key=API_KEY) as cent:
        info = await cent.info(InfoRequest())
        assert [(node.num_clients, node.num_users) for node in info.nodes] == [(3, 2)]
        channels = (await cent.channels(ChannelsRequest(pattern="room:*"))).channels
        assert {name: found.num_clients for name, found in channels.items()} == {"room:1": 3}
        presence = (await cent.presence(PresenceRequest(channel="room:1"))).presence
        assert sorted(one.user for one in presence.values()) == ["boris", "boris", "clara"]
        stats = await cent.presence_stats(PresenceStatsRequest(channel="room:1"))
        assert (stats.num_clients, stats.num_users) == (3, 2)
    for client in clients:
        await client.close()


async def test_unsubscribe_and_disconnect_reach_the_client(gateway: Running, cent: AsyncClient) -> None:
    client = await subscribed(gateway, "boris", "creator:anna")
    await cent.unsubscribe(UnsubscribeRequest(user="boris", channel="creator:anna"))
    assert await pushed(client) == {
        "channel": "creator:anna",
        "unsubscribe": {"code": 2000, "reason": "server unsubscribe"},
    }
    await cent.disconnect(DisconnectRequest(user="boris"))
    await asyncio.wait_for(client.wait_closed(), 5)
    assert (client.close_code, client.close_reason) == (3503, "force disconnect")


async def test_batch_gives_each_its_own_result(cent: AsyncClient) -> None:
    requests = [
        PublishRequest(channel="creator:anna", data=1),
        HistoryRequest(channel="creator:anna", limit=-1),
        HistoryRemoveRequest(channel="creator:anna"),
    ]
    published, history, removed = (await cent.batch(BatchRequest(requests=requests, parallel=False))).replies
    assert isinstance(published, PublishResult)
    assert published.offset == 1
    assert isinstance(history, HistoryResult)
    assert [kept.data for kept in history.publications] == [1]
    assert isinstance(removed, HistoryRemoveResult)


async def test_errors_are_told_by_code(gateway: Running, cent: AsyncClient) -> None:
    wrong: list[tuple[PublishRequest | PresenceRequest | HistoryRequest, int]] = [
        (PublishRequest(channel="nowhere:1", data={}), 102),
        (PublishRequest(channel="", data={}), 107),
        (PublishRequest(channel="@creator:anna", data={}), 102),
        (PublishRequest(channel="creator:" + "x" * 10_000, data={}), 107),
        (PublishRequest(channel="creator:анна", data={}), 107),
        (PresenceRequest(channel="creator:anna"), 108),
        (HistoryRequest(channel="notifications:anna"), 108),
    ]
    for request, code in wrong:
        with pytest.raises(CentApiResponseError) as error:
            await getattr(cent, request.api_method)(request)
        assert error.value.code == code
    async with AsyncClient(f"{gateway.url}/api", api_key="wrong") as stranger:
        with pytest.raises(CentUnauthorizedError):
            await stranger.info(InfoRequest())


async def test_the_sync_client_works_too(gateway: Running) -> None:
    def work() -> tuple[int, int, int]:
        client = Client(f"{gateway.url}/api", api_key=API_KEY)
        published = client.publish(PublishRequest(channel="post:1", data={"a": 1}))
        stats = client.presence_stats(PresenceStatsRequest(channel="post:1"))
        nodes = client.info(InfoRequest()).nodes
        client.close()
        return published.offset, stats.num_clients, len(nodes)

    assert await asyncio.to_thread(work) == (1, 0, 1)
