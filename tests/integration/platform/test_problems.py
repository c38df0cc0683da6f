"""Every bad input gets one clear problem document, and leaves nothing behind."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from fanwire.auth.tokens import make_api_token
from fanwire.platform import posts, tables
from tests.integration.platform.api import SECRET, PlatformApi, problem

WRITES = [
    ("POST", "/api/posts", {"title": "t", "content": "c"}),
    ("PATCH", "/api/posts/p1", {"title": "t"}),
    ("DELETE", "/api/posts/p1", None),
    ("POST", "/api/posts/p1/like", None),
    ("DELETE", "/api/posts/p1/like", None),
    ("POST", "/api/posts/p1/comments", {"content": "!"}),
    ("DELETE", "/api/posts/p1/comments/c1", None),
    ("POST", "/api/comments/c1/like", None),
    ("DELETE", "/api/comments/c1/like", None),
    ("POST", "/api/posts/p1/purchase", {}),
    ("GET", "/api/follow", None),
    ("GET", "/api/posts?following=true", None),
    ("POST", "/api/follow/anna", None),
    ("DELETE", "/api/follow/anna", None),
    ("POST", "/api/subscriptions/process-payment", {"creatorId": "anna"}),
    ("GET", "/api/user/notifications", None),
    ("PATCH", "/api/user/notifications", {"markAllAsRead": True}),
    ("DELETE", "/api/user/notifications", None),
    ("GET", "/api/user/settings", None),
    ("PATCH", "/api/user/settings", {"bio": "b"}),
]
READS = ["/api/posts", "/api/posts/p1", "/api/posts/p1/comments"]


async def test_writes_and_what_is_ones_own_need_a_token(api: PlatformApi) -> None:
    for method, path, body in WRITES:
        answer = await api.send(None, method, path, body)
        assert "Authorization: Bearer" in problem(answer, 401)["detail"], path
        assert answer.headers["www-authenticate"].startswith("Bearer"), path


async def test_a_bad_token_is_refused_even_where_none_is_needed(api: PlatformApi) -> None:
    expired = make_api_token("boris", secret=SECRET, clock=api.clock, ttl=1)
    forged = make_api_token("boris", secret="x" * 40, clock=api.clock)
    api.clock.advance(2)
    bad = ((expired, "expired"), (forged, "not good"), ("nonsense", "not good"))
    for path, (token, reason) in product([*READS, "/api/user/settings"], bad):
        answer = await api.http.get(path, headers={"authorization": f"Bearer {token}"})
        assert reason in problem(answer, 401)["detail"]
        assert token not in answer.text


NUL, LONE = "a\x00b", "\ud800"
BAD_BODIES: list[tuple[str, str, Any, str]] = [
    ("POST", "/api/posts", {"content": "c"}, "body.title"),
    ("POST", "/api/posts", {"title": "t"}, "body.content"),
    ("POST", "/api/posts", {"title": 5, "content": "c"}, "body.title"),
    ("POST", "/api/posts", {"title": "  ", "content": "c"}, "body.title"),
    ("POST", "/api/posts", {"title": "t" * 201, "content": "c"}, "body.title"),
    ("POST", "/api/posts", {"title": NUL, "content": "c"}, "body.title"),
    ("POST", "/api/posts", {"title": LONE, "content": "c"}, "body.title"),
    ("POST", "/api/posts", {"title": "t", "content": ""}, "body.content"),
    ("POST", "/api/posts", {"title": "t", "content": "c" * 20_001}, "body.content"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "isLocked": "yes"}, "body.isLocked"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "isLocked": 1}, "body.isLocked"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "is_locked": True}, "body.is_locked"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "minSubscriptionTier": "gold"}, "body.minSubscriptionTier"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "price": -1}, "body.price"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "price": 9.99}, "body.price"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "price": 10**9 + 1}, "body.price"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "price": 10**30}, "body.price"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "images": ["javascript:alert(1)"]}, "body.images.0"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "images": ["https://x/1"] * 11}, "body.images"),
    ("POST", "/api/posts", {"title": "t", "content": "c", "price": 1, "currency": "XXX"}, "body.currency"),
    ("PATCH", "/api/posts/p1", {}, "body"),
    ("PATCH", "/api/posts/p1", {"title": None}, "body.title"),
    ("PATCH", "/api/posts/p1", {"title": " "}, "body.title"),
    ("PATCH", "/api/posts/p1", {"content": "c" * 20_001}, "body.content"),
    ("PATCH", "/api/posts/p1", {"isLocked": None}, "body.isLocked"),
    ("PATCH", "/api/posts/p1", {"islocked": True}, "body.islocked"),
    ("PATCH", "/api/posts/p1", {"minSubscriptionTier": "gold"}, "body.minSubscriptionTier"),
    ("PATCH", "/api/posts/p1", {"price": 9.99}, "body.price"),
    ("PATCH", "/api/posts/p1", {"price": -1}, "body.price"),
    ("PATCH", "/api/posts/p1", {"price": 10**9 + 1}, "body.price"),
    ("PATCH", "/api/posts/p1", {"images": ["ftp://x/1"]}, "body.images.0"),
    ("PATCH", "/api/posts/p1", {"creatorId": "boris"}, "body.creatorId"),
    ("POST", "/api/posts/p1/purchase", {"paymentId": "a b"}, "body.paymentId"),
    ("POST", "/api/posts/p1/purchase", {"amount": 9.99}, "body.amount"),
    ("POST", "/api/posts/p1/purchase", {"amount": -1}, "body.amount"),
    ("POST", "/api/posts/p1/purchase", {"amount": 100, "currency": "XXX"}, "body.currency"),
    ("POST", "/api/posts/p1/purchase", {"currency": "RUB"}, "body"),
    ("POST", "/api/posts", ["t", "c"], "body"),
    ("POST", "/api/posts", "text", "body"),
    ("POST", "/api/posts/p1/comments", {"content": " "}, "body.content"),
    ("POST", "/api/posts/p1/comments", {"content": "c" * 4_001}, "body.content"),
    ("POST", "/api/posts/p1/comments", {"content": "c", "parentId": "a b"}, "body.parentId"),
    ("POST", "/api/posts/p1/comments", {"content": "c", "isAnonymous": None}, "body.isAnonymous"),
    ("POST", "/api/subscriptions/process-payment", {}, "body.creatorId"),
    ("POST", "/api/subscriptions/process-payment", {"creatorId": "анна"}, "body.creatorId"),
    ("POST", "/api/subscriptions/process-payment", {"creatorId": "a", "tier": "free"}, "body.tier"),
    ("PATCH", "/api/user/notifications", {}, "body"),
    ("PATCH", "/api/user/notifications", {"markAllAsRead": False}, "body.markAllAsRead"),
    ("PATCH", "/api/user/notifications", {"notificationId": "n", "markAllAsRead": True}, "body"),
    ("PATCH", "/api/user/notifications", {"notificationId": "n", "upTo": 1}, "body"),
    ("PATCH", "/api/user/notifications", {"notificationId": 7}, "body.notificationId"),
    ("PATCH", "/api/user/notifications", {"markAllAsRead": True, "upTo": -1}, "body.upTo"),
    ("PATCH", "/api/user/settings", {}, "body"),
    ("PATCH", "/api/user/settings", {"nickname": None}, "body.nickname"),
    ("PATCH", "/api/user/settings", {"nickname": " "}, "body.nickname"),
    ("PATCH", "/api/user/settings", {"avatar": "javascript:alert(1)"}, "body.avatar"),
    ("PATCH", "/api/user/settings", {"isCreator": True}, "body.isCreator"),
]


async def test_a_body_that_does_not_fit_names_the_field_and_never_the_value(api: PlatformApi) -> None:
    for method, path, body, field in BAD_BODIES:
        document = problem(await api.send("boris", method, path, content=json.dumps(body)), 422)
        assert field in [entry["field"] for entry in document["errors"]], (body, document)
        assert "javascript:" not in json.dumps(document)
    assert await api.events() == []
    assert await api.count(tables.user) == 0


async def test_a_body_that_is_no_json_is_told_where(api: PlatformApi) -> None:
    for content in ('{"title": ', "{'title': 1}", "\xff", "[" * 100_000):
        answer = await api.send("anna", "POST", "/api/posts", content=content.encode("latin-1"))
        problem(answer, 400)


async def test_a_body_without_its_type_is_told_to_send_it(api: PlatformApi) -> None:
    token = {"authorization": f"Bearer {api.token('anna')}"}
    body = json.dumps({"title": "t", "content": "c"})
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = await api.http.post("/api/posts", content=body, headers={**token, "content-type": kind})
        assert "Content-Type: application/json" in problem(answer, 422)["detail"]


async def test_a_body_that_is_too_large_is_refused_announced_or_not(api: PlatformApi) -> None:
    token = {"authorization": f"Bearer {api.token('anna')}", "content-type": "application/json"}

    async def endless() -> Any:
        while True:
            yield b" " * 65_536

    problem(await api.http.post("/api/posts", content=endless(), headers=token), 413)
    large = json.dumps({"title": "t", "content": "c" * 1_100_000})
    problem(await api.http.post("/api/posts", content=large, headers=token), 413)


async def test_ids_that_are_not_there_or_cannot_be(api: PlatformApi) -> None:
    for path in ("/api/posts/unknown", "/api/posts/unknown/comments"):
        await api.refused(404, None, "GET", path)
    for method, path in (("POST", "like"), ("DELETE", "like"), ("DELETE", "comments/c1")):
        await api.refused(404, "boris", method, f"/api/posts/unknown/{path}")
    for identifier in ("%00", "a%20b", "%D0%B0", "p" * 129, "p" * 10_000):
        answer = await api.send("boris", "POST", f"/api/posts/{identifier}/like")
        assert problem(answer, 422)["errors"][0]["field"] == "path.postId"


async def test_queries_that_do_not_fit(api: PlatformApi) -> None:
    post = await api.post()
    for path in ("/api/posts", f"/api/posts/{post}/comments", "/api/user/notifications"):
        for query in ("limit=0", "limit=101", "limit=x", f"cursor={'c' * 501}", "cursor=nonsense", "cursor=%00"):
            document = await api.refused(422, "anna", "GET", f"{path}?{query}")
            assert document["errors"][0]["field"] == f"query.{query.partition('=')[0]}"
    await api.refused(422, None, "GET", "/api/posts?creatorId=a%20b")
    await api.refused(422, "anna", "DELETE", "/api/user/notifications?upTo=-1")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/posts", "GET, POST"),
        ("PUT", "/api/posts/p1", "DELETE, GET, PATCH"),
        ("GET", "/api/posts/p1/like", "DELETE, POST"),
        ("POST", "/api/user/notifications", "DELETE, GET, PATCH"),
        ("HEAD", "/api/subscriptions/process-payment", "POST"),
    ],
)
async def test_a_wrong_method_names_the_right_ones(api: PlatformApi, method: str, path: str, allowed: str) -> None:
    answer = await api.send("anna", method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    if method != "HEAD":
        assert allowed in problem(answer, 405)["detail"]


async def test_an_unknown_path_is_a_problem_too(api: PlatformApi) -> None:
    for path in ("/api/unknown", "/api/posts/p1/nothing", "/nowhere"):
        await api.refused(404, "anna", "GET", path)
    # It exists in development only.
    await api.refused(404, None, "POST", "/api/dev/token", {"userId": "boris"})


async def test_a_database_that_is_away_is_told_apart_from_a_bug(
    api: PlatformApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    async def bug(*_: object) -> None:
        raise RuntimeError("boris's secret")

    monkeypatch.setattr(posts, "find", away)
    with capture_logs() as logs:
        answer = await api.send("boris", "POST", "/api/posts/p1/like", key="k")
    problem(answer, 503)
    assert answer.headers["retry-after"] == "1"
    assert [line["event"] for line in logs] == ["platform_database_unavailable"]
    monkeypatch.setattr(posts, "find", bug)
    with capture_logs() as logs:
        answer = await api.send(None, "GET", "/api/posts/p1")
    problem(answer, 500)
    assert [line["event"] for line in logs] == ["platform_error"]
    assert "secret" not in answer.text
    assert await api.count(tables.idempotency) == 0
