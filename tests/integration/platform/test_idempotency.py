"""Idempotency-Key: the same key changes nothing twice, whatever the timing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from fanwire.clock import utc
from fanwire.events.posts import notify_new_post
from fanwire.platform import idempotency, posts, tables
from fanwire.platform.idempotency import RETENTION, SWEEP_LIMIT, sweep
from fanwire.platform.sweeper import INTERVAL, ROUNDS, Sweeper
from tests.integration.platform.api import PlatformApi, problem

NEW = {"title": "t", "content": "c", "isLocked": False}


async def test_a_retry_gets_the_first_answer_byte_for_byte(api: PlatformApi) -> None:
    first = await api.send("anna", "POST", "/api/posts", NEW, key="k1")
    api.clock.advance(29 * 86_400)
    again = await api.send("anna", "POST", "/api/posts", dict(reversed(NEW.items())), key="k1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert await api.count(tables.post) == 1
    assert len(await api.events()) == 1


async def test_the_first_answer_stays_even_when_the_world_has_moved_on(api: PlatformApi) -> None:
    post = await api.post()
    path = f"/api/posts/{post}/like"
    await api.ok("boris", "POST", path, key="k1")
    await api.ok("boris", "DELETE", path, key="k1")
    await api.forget()
    assert await api.ok("boris", "POST", path, key="k1") == {"liked": True}
    assert (await api.ok("boris", "GET", f"/api/posts/{post}"))["isLiked"] is False
    await api.ok("anna", "DELETE", f"/api/posts/{post}", key="k1")
    await api.forget()
    assert await api.ok("boris", "POST", path, key="k1") == {"liked": True}
    assert await api.events() == []


async def test_a_key_with_another_body_is_refused(api: PlatformApi) -> None:
    await api.ok("anna", "POST", "/api/posts", NEW, key="k1")
    document = await api.refused(422, "anna", "POST", "/api/posts", {**NEW, "title": "u"}, key="k1")
    assert "Idempotency-Key" in document["detail"]
    assert await api.count(tables.post) == 1


async def test_a_key_counts_for_one_user_method_and_path(api: PlatformApi) -> None:
    one = await api.post()
    two = await api.post()
    for user in ("boris", "clara"):
        for post in (one, two):
            await api.ok(user, "POST", f"/api/posts/{post}/like", key="k1")
            await api.ok(user, "POST", f"/api/posts/{post}/comments", {"content": "!"}, key="k1")
    assert await api.count(tables.like) == 4
    assert await api.count(tables.comment) == 4


async def test_without_a_key_every_request_counts(api: PlatformApi) -> None:
    await api.post()
    await api.post()
    assert await api.count(tables.idempotency) == 0
    assert await api.count(tables.post) == 2


async def test_a_refusal_is_not_kept(api: PlatformApi) -> None:
    post = await api.post(isLocked=True)
    path = f"/api/posts/{post}/like"
    await api.refused(403, "boris", "POST", path, key="k1")
    assert await api.count(tables.idempotency) == 0
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    assert await api.ok("boris", "POST", path, key="k1") == {"liked": True}


async def test_racing_requests_with_one_key_have_one_effect(api: PlatformApi) -> None:
    answers = await asyncio.gather(
        *(api.send("anna", "POST", "/api/posts", NEW, key="race") for _ in range(8)),
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await api.count(tables.post) == 1
    assert [function for function, _ in await api.events()] == ["notify_new_post"]


async def test_when_the_first_of_two_fails_the_second_does_it(
    api: PlatformApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [RuntimeError("first only")]

    async def fails_once(*args: Any, **named: Any) -> object:
        if failures:
            raise failures.pop()
        return await notify_new_post(*args, **named)

    monkeypatch.setattr(posts, "notify_new_post", fails_once)
    with capture_logs():
        answers = await asyncio.gather(*(api.send("anna", "POST", "/api/posts", NEW, key="race") for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 500]
    assert await api.count(tables.post) == 1
    assert len(await api.events()) == 1


@pytest.mark.parametrize("key", ["", "two words", "k" * 256])
async def test_a_key_that_is_none_is_refused(api: PlatformApi, key: str) -> None:
    document = await api.refused(422, "anna", "POST", "/api/posts", NEW, key=key)
    assert document["errors"][0]["field"] == "header.Idempotency-Key"


@pytest.mark.parametrize("db_url", ["postgres"], indirect=True)
async def test_who_waits_too_long_for_the_first_is_told_to_come_again(
    api: PlatformApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_WAIT", text("SET LOCAL lock_timeout = '20ms'"))
    async with api.database.write.begin() as first:
        await first.execute(
            tables.idempotency.insert().values(
                user_id="anna", method="POST", path="/api/posts", key="k", fingerprint="f", created_at=utc(api.clock)
            )
        )
        answer = await api.send("anna", "POST", "/api/posts", NEW, key="k")
    problem(answer, 409)
    assert answer.headers["retry-after"] == "1"
    assert await api.count(tables.post) == 0


async def test_keys_are_forgotten_after_a_month_and_not_before(api: PlatformApi) -> None:
    await api.ok("anna", "POST", "/api/posts", NEW, key="old")
    api.clock.advance(RETENTION.total_seconds() - 1)
    await api.ok("anna", "POST", "/api/posts", NEW, key="young")
    assert await _keys(api) == ["old", "young"]
    api.clock.advance(INTERVAL)
    # The request that comes after the month sweeps once its answer is made.
    await api.ok("anna", "POST", "/api/posts", NEW, key="new")
    assert await _keys(api) == ["new", "young"]


async def test_a_sweep_is_bounded(api: PlatformApi) -> None:
    rows = [
        {"user_id": "u", "method": "POST", "path": "/", "key": f"{n}", "fingerprint": "", "created_at": utc(api.clock)}
        for n in range(SWEEP_LIMIT + 1)
    ]
    async with api.database.write.begin() as connection:
        await connection.execute(tables.idempotency.insert(), rows)
    api.clock.advance(RETENTION.total_seconds() + 1)
    async with api.database.write.begin() as connection:
        assert await sweep(connection, utc(api.clock)) == SWEEP_LIMIT
        assert await sweep(connection, utc(api.clock)) == 1


async def _keys(api: PlatformApi) -> list[str]:
    async with api.database.read.connect() as connection:
        return sorted((await connection.execute(select(tables.idempotency.c.key))).scalars())


async def test_a_sweep_takes_more_than_a_busy_site_writes_between_two(
    api: PlatformApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One portion per sweep would fall behind, and the table grow for good."""
    monkeypatch.setattr("fanwire.platform.idempotency.SWEEP_LIMIT", 10)
    old = utc(api.clock) - RETENTION - timedelta(days=1)
    names = {"user_id": "anna", "method": "POST", "path": "/", "fingerprint": "", "created_at": old}
    rows = [{**names, "key": str(number)} for number in range(10 * ROUNDS + 5)]
    async with api.database.begin() as connection:
        await connection.execute(tables.idempotency.insert(), rows)
    await Sweeper(api.database, api.clock).sweep()
    assert await api.count(tables.idempotency) == 5
    await Sweeper(api.database, api.clock).sweep()
    assert await api.count(tables.idempotency) == 0
