"""Processes that like and unlike the same things on PostgreSQL: counts equal rows, and nobody is told twice."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter

import pytest

from fanwire.platform import tables
from tests.integration.platform.api import PlatformApi
from tests.integration.platform.posts.liker import USERS

# Fifty interpreters start one after the other on two cores.
LIMIT = 240.0


async def started(url: str, count: int, seed: int) -> Process:
    command = (sys.executable, "-m", "tests.integration.platform.posts.liker", url, str(count), str(seed))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert await line(process) == "ready"
    return process


async def line(process: Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(LIMIT):
        return (await process.stdout.readline()).decode().strip()


async def raced(url: str, processes: int, acts: int, target: str) -> int:
    """How many acts were done, all processes together; none of them failed."""
    crowd = await asyncio.gather(*(started(url, acts, seed) for seed in range(processes)))
    for process in crowd:
        assert process.stdin is not None
        process.stdin.write(f"{target}\n".encode())
    done = [int(await line(process)) for process in crowd]
    assert [await process.wait() for process in crowd] == [0] * processes
    return sum(done)


@pytest.mark.parametrize("db_url", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("processes", "acts"), [(2, 80), pytest.param(50, 20, marks=[pytest.mark.soak, pytest.mark.timeout(600)])]
)
async def test_likes_of_many_processes_are_counted_and_told_once(
    api: PlatformApi, db_url: str, processes: int, acts: int
) -> None:
    post = await api.post("anna")
    comment = (await api.ok("clara", "POST", f"/api/posts/{post}/comments", {"content": "!"}))["id"]
    await api.applied()
    assert await raced(db_url, processes, acts, f"{post} {comment}") == processes * acts

    likes, comment_likes = await api.count(tables.like), await api.count(tables.comment_like)
    assert (await api.ok(None, "GET", f"/api/posts/{post}"))["likesCount"] == likes
    [seen] = (await api.ok(None, "GET", f"/api/posts/{post}/comments"))["comments"]
    assert seen["likesCount"] == comment_likes

    # Each counter went up and down by one, in the order in which it is told.
    events = await api.events()
    for function, rows in (("update_post_likes", likes), ("update_comment_likes", comment_likes)):
        steps = [(payload["liked"], payload["likesCount"]) for name, payload in events if name == function]
        count = 0
        for liked, told in steps:
            count += 1 if liked else -1
            assert told == count
        assert count == rows

    await api.applied()
    for author, kind in (("anna", "LIKE_POST"), ("clara", "LIKE_COMMENT")):
        page = await api.ok(author, "GET", "/api/user/notifications?limit=100")
        told_of = Counter(item["metadata"]["userId"] for item in page["notifications"] if item["type"] == kind)
        assert set(told_of.values()) == {1}
        assert len(told_of) <= USERS
        likers = {p["userId"] for name, p in events if p.get("liked") and name.endswith(f"{kind[5:].lower()}_likes")}
        assert set(told_of) == likers
