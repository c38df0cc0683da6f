"""The server API over a fake node: shapes, errors and bad input."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from typing import Any

import pytest
from pydantic import SecretStr

from fanwire.brokers.base import ClientInfo, HistoryFilter, PresenceStats, Publication, PublishResult, StreamPosition
from fanwire.errors import BrokerUnavailable, NotAvailable, PermissionDenied, UnknownChannel
from fanwire.gateway.api_key import ApiKey
from fanwire.gateway.server_api import ServerApi
from fanwire.settings import HttpApiSettings

from .conftest import ask

KEY = {"X-API-Key": "k"}


class FakeNode:
    """Remembers what it was told; channels that begin with ``no`` are unknown, ``down`` fails."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    async def publish(
        self,
        channel: str,
        data: bytes,
        *,
        idempotency_key: str = "",
        tags: dict[str, str] | None = None,
        skip_history: bool = False,
    ) -> PublishResult:
        if channel.startswith("no"):
            raise UnknownChannel("no namespace 'no'")
        if channel == "down":
            raise BrokerUnavailable("redis is away")
        self.calls.append(("publish", channel, data, idempotency_key, tags, skip_history))
        return PublishResult(StreamPosition(7, "abc") if channel.startswith("post:") else StreamPosition())

    async def presence(self, channel: str) -> dict[str, ClientInfo]:
        return {"c1": ClientInfo(user="boris", client="c1")}

    async def presence_stats(self, channel: str) -> PresenceStats:
        return PresenceStats(num_clients=2, num_users=1)

    async def history(self, channel: str, filter: HistoryFilter) -> tuple[list[Publication], StreamPosition]:
        self.calls.append(("history", channel, filter))
        if channel == "plain":
            raise NotAvailable("history is off")
        kept = Publication(data=b'{"a":1}', offset=3, tags={"eventId": "e"}, info=ClientInfo(user="u", client="c"))
        return [kept], StreamPosition(3, "abc")

    async def remove_history(self, channel: str) -> None:
        self.calls.append(("remove_history", channel))

    async def unsubscribe(self, user: str, channel: str, *, client: str = "") -> None:
        self.calls.append(("unsubscribe", user, channel, client))

    async def disconnect(
        self, user: str, *, client: str = "", code: int = 3503, reason: str = "", whitelist: Collection[str] = ()
    ) -> None:
        self.calls.append(("disconnect", user, client, code, reason, list(whitelist)))

    async def revoke_token(self, token_id: str, user: str) -> None:
        self.calls.append(("revoke_token", token_id, user))

    async def revoke_tokens(self, user: str, issued_before: float) -> None:
        self.calls.append(("revoke_tokens", user, issued_before))

    async def info(self) -> list[Mapping[str, Any]]:
        return [{"uid": "n1", "name": "node"}]

    async def channels(self, pattern: str) -> Mapping[str, int]:
        return {"post:1": 2}

    async def explain(self, user: str, channel: str) -> None:
        if user != "anna":
            raise PermissionDenied("post_locked", "subscribe first")


@pytest.fixture
def node() -> FakeNode:
    return FakeNode()


@pytest.fixture
def api(node: FakeNode) -> ServerApi:
    return ServerApi(node, ApiKey(HttpApiSettings(key=SecretStr("k"))), 1000)


async def result(api: ServerApi, method: str, body: object) -> Any:
    response = await ask(api, f"/api/{method}", body, headers=KEY)
    assert response is not None
    assert response.status == 200
    assert response.headers["content-type"] == "application/json"
    return response.json()


async def test_publish_gives_the_position_of_a_stream(api: ServerApi, node: FakeNode) -> None:
    body = {
        "channel": "post:1",
        "data": {"a": [1, "x"]},
        "tags": {"t": "1"},
        "idempotency_key": "i",
        "skip_history": True,
    }
    assert await result(api, "publish", body) == {"result": {"offset": 7, "epoch": "abc"}}
    ((name, channel, data, key, tags, skip),) = node.calls
    assert (name, channel, json.loads(data), key, tags, skip) == (
        "publish",
        "post:1",
        {"a": [1, "x"]},
        "i",
        {"t": "1"},
        True,
    )


async def test_publish_without_a_stream_has_an_empty_result(api: ServerApi) -> None:
    assert await result(api, "publish", {"channel": "chat", "data": 0}) == {"result": {}}


async def test_published_data_is_one_line_whatever_was_sent(api: ServerApi, node: FakeNode) -> None:
    await ask(api, "/api/publish", b'{"channel": "chat", "data": {\r\n "a": "b\\nc" \n}}', headers=KEY)
    data = node.calls[0][2]
    assert b"\n" not in data
    assert b"\r" not in data
    assert json.loads(data) == {"a": "b\nc"}


async def test_binary_data_must_be_json_in_base64(api: ServerApi, node: FakeNode) -> None:
    good = base64.b64encode(b'{"a":1}').decode()
    assert await result(api, "publish", {"channel": "chat", "b64data": good}) == {"result": {}}
    assert node.calls[0][2] == b'{"a":1}'
    for bad in ("%%%", base64.b64encode(b"not json").decode()):
        assert (await result(api, "publish", {"channel": "chat", "b64data": bad}))["error"]["code"] == 107


async def test_json_that_is_nested_too_deep_is_400(node: FakeNode) -> None:
    api = ServerApi(node, ApiKey(HttpApiSettings(key=SecretStr("k"))), 1_000_000)
    deep = b"[" * 100_000 + b"]" * 100_000
    response = await ask(api, "/api/publish", b'{"channel": "chat", "data": ' + deep + b"}", headers=KEY)
    assert response is not None
    assert response.status == 400
    assert node.calls == []


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("publish", {"data": {}}),
        ("publish", {"channel": "", "data": {}}),
        ("publish", {"channel": "x"}),
        ("broadcast", {"channels": [], "data": {}}),
        ("broadcast", {"channels": ["a"]}),
        ("presence", {}),
        ("presence_stats", {}),
        ("history", {}),
        ("history", {"channel": "a", "reverse": True, "since": {"offset": 0, "epoch": "e"}}),
        ("history_remove", {}),
        ("unsubscribe", {"channel": "a"}),
        ("unsubscribe", {"user": "a"}),
        ("disconnect", {}),
        ("revoke_token", {"user": "anna"}),
        ("revoke_tokens", {}),
    ],
)
async def test_what_is_missing_is_error_107_with_http_200(api: ServerApi, method: str, body: object) -> None:
    answer = await result(api, method, body)
    assert answer["error"]["code"] == 107
    assert answer["error"]["message"].startswith("bad request: ")
    assert "result" not in answer


async def test_broadcast_answers_for_each_channel(api: ServerApi) -> None:
    answer = await result(api, "broadcast", {"channels": ["post:1", "no:1", "chat"], "data": {}})
    assert answer["result"]["responses"] == [
        {"result": {"offset": 7, "epoch": "abc"}},
        {"error": {"code": 102, "message": "unknown channel"}},
        {"result": {}},
    ]


async def test_reading_methods(api: ServerApi, node: FakeNode) -> None:
    assert await result(api, "presence", {"channel": "a"}) == {
        "result": {"presence": {"c1": {"user": "boris", "client": "c1"}}}
    }
    assert await result(api, "presence_stats", {"channel": "a"}) == {"result": {"num_clients": 2, "num_users": 1}}
    assert await result(api, "info", {}) == {"result": {"nodes": [{"uid": "n1", "name": "node"}]}}
    assert await result(api, "channels", {"pattern": "*"}) == {"result": {"channels": {"post:1": {"num_clients": 2}}}}
    body = {"channel": "post:1", "limit": 5, "since": {"offset": 2, "epoch": "abc"}, "reverse": True}
    assert await result(api, "history", body) == {
        "result": {
            "publications": [
                {"data": {"a": 1}, "offset": 3, "tags": {"eventId": "e"}, "info": {"user": "u", "client": "c"}}
            ],
            "offset": 3,
            "epoch": "abc",
        }
    }
    assert node.calls == [("history", "post:1", HistoryFilter(limit=5, since=StreamPosition(2, "abc"), reverse=True))]


async def test_acting_methods_have_an_empty_result(api: ServerApi, node: FakeNode) -> None:
    assert await result(api, "history_remove", {"channel": "a"}) == {"result": {}}
    assert await result(api, "unsubscribe", {"user": "u", "channel": "a", "client": "c"}) == {"result": {}}
    assert await result(api, "disconnect", {"user": "u"}) == {"result": {}}
    body = {"user": "u", "whitelist": ["c"], "disconnect": {"code": 4000, "reason": "moved"}}
    assert await result(api, "disconnect", body) == {"result": {}}
    assert await result(api, "revoke_token", {"token": "j1", "user": "u"}) == {"result": {}}
    assert await result(api, "revoke_token", {"uid": "j2"}) == {"result": {}}
    assert await result(api, "revoke_tokens", {"user": "u"}) == {"result": {}}
    assert await result(api, "invalidate_user_tokens", {"user": "u", "issued_before": 7}) == {"result": {}}
    assert node.calls == [
        ("remove_history", "a"),
        ("unsubscribe", "u", "a", "c"),
        ("disconnect", "u", "", 3503, "force disconnect", []),
        ("disconnect", "u", "", 4000, "moved", ["c"]),
        ("revoke_token", "j1", "u"),
        ("revoke_token", "j2", ""),
        ("revoke_tokens", "u", 0),
        ("revoke_tokens", "u", 7),
    ]


async def test_explain_says_which_rule_decides(api: ServerApi) -> None:
    assert await result(api, "explain", {"user": "anna", "channel": "post:1"}) == {"result": {"allowed": True}}
    assert await result(api, "explain", {"user": "boris", "channel": "post:1"}) == {
        "result": {
            "allowed": False,
            "code": 103,
            "message": "permission denied",
            "rule": "post_locked",
            "hint": "subscribe first",
        }
    }


async def test_our_own_failure_is_error_100_and_counted(api: ServerApi) -> None:
    assert (await result(api, "publish", {"channel": "down", "data": {}}))["error"]["code"] == 100
    assert api.failed == 1
    await result(api, "publish", {"channel": "chat", "data": {}})
    assert api.served == 1


@pytest.mark.parametrize(("channel", "status", "code"), [("no:1", 404, 102), ("", 400, 107), ("down", 500, 100)])
async def test_transport_mode_turns_errors_into_http(api: ServerApi, channel: str, status: int, code: int) -> None:
    headers = {**KEY, "X-Centrifugo-Error-Mode": "transport"}
    response = await ask(api, "/api/publish", {"channel": channel, "data": {}}, headers=headers)
    assert response is not None
    assert response.status == status
    assert response.json()["code"] == code


async def test_batch_runs_in_order_and_answers_at_the_top_level(api: ServerApi, node: FakeNode) -> None:
    commands = [
        {"publish": {"channel": "post:1", "data": 1}},
        {"history_remove": {"channel": "a"}},
        {"publish": {"channel": "no", "data": 1}},
        {"publsh": {}},
        {"publish": {"channel": 5}},
        {"publish": {"channel": "a", "data": 1}, "info": {}},
        {},
    ]
    answer = await result(api, "batch", {"commands": commands, "parallel": True})
    replies = answer["replies"]
    assert replies[0] == {"publish": {"offset": 7, "epoch": "abc"}}
    assert replies[1] == {"history_remove": {}}
    assert [reply["error"]["code"] for reply in replies[2:]] == [102, 107, 107, 107, 107]
    assert "publish" in replies[3]["error"]["message"]


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": "wrong"}])
async def test_without_the_key_nothing_is_done(api: ServerApi, node: FakeNode, headers: dict[str, str]) -> None:
    response = await ask(api, "/api/publish", {"channel": "a", "data": 1}, headers=headers)
    assert response is not None
    assert response.status == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert node.calls == []


async def test_an_unknown_method_is_404_and_names_the_nearest(api: ServerApi) -> None:
    response = await ask(api, "/api/publsh", {}, headers=KEY)
    assert response is not None
    assert response.status == 404
    assert "did you mean 'publish'" in response.json()["detail"]


async def test_only_post(api: ServerApi) -> None:
    response = await ask(api, "/api/info", method="GET", headers=KEY)
    assert response is not None
    assert response.status == 405


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"nul", b'{"channel": 5, "data": 1}', b'{"channel":"a","data":1}x', b"\xff", b'{"channel": null}'],
)
async def test_an_undecodable_body_is_400(api: ServerApi, body: bytes) -> None:
    response = await ask(api, "/api/publish", body, headers=KEY)
    assert response is not None
    assert response.status == 400
    assert response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "a", "data": 1, "idempotency_key": "k" * 201},
        {"channels": ["a"] * 1025, "data": 1},
    ],
)
async def test_what_is_too_long_is_400(node: FakeNode, body: dict[str, Any]) -> None:
    api = ServerApi(node, ApiKey(HttpApiSettings(insecure=True)), 100_000)
    response = await ask(api, "/api/broadcast" if "channels" in body else "/api/publish", body)
    assert response is not None
    assert response.status == 400
    assert node.calls == []


@pytest.mark.parametrize("code", [0, 2999, 5000])
async def test_a_disconnect_code_that_is_none_is_400(api: ServerApi, code: int) -> None:
    response = await ask(api, "/api/disconnect", {"user": "u", "disconnect": {"code": code}}, headers=KEY)
    assert response is not None
    assert response.status == 400


async def test_a_body_over_the_limit_is_413(api: ServerApi, node: FakeNode) -> None:
    response = await ask(api, "/api/publish", chunks=[b" " * 600, b" " * 600], headers=KEY)
    assert response is not None
    assert response.status == 413
    assert node.calls == []


async def test_a_client_that_hangs_up_gets_no_answer(api: ServerApi) -> None:
    assert await ask(api, "/api/publish", b"{}", headers=KEY, hang_up=True) is None


def test_it_knows_its_own_paths_only() -> None:
    assert ServerApi.knows("/api/publish")
    assert ServerApi.knows("/api/batch")
    assert not ServerApi.knows("/api/posts")
    assert not ServerApi.knows("/api/")
    assert not ServerApi.knows("/publish")
