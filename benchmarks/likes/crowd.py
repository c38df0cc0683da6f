"""Many users who like posts, each pair of user and post once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import NamedTuple

from benchmarks.http import HttpConnection
from benchmarks.tokens import token

USERS = 6_000
POSTS = 50


class Like(NamedTuple):
    """Wall-clock seconds; ``due`` is when the request should have left, ``answered`` when its answer was read."""

    post: str
    user: str
    due: float
    answered: float
    status: int

    @property
    def pair(self) -> tuple[str, str]:
        return self.post, self.user

    @property
    def took(self) -> float:
        return self.answered - self.due


class Crowd:
    """Token of every user, made once: making one costs as much as sending a request."""

    def __init__(self, users: int = USERS) -> None:
        self._tokens = {f"fan{number}": token(f"fan{number}") for number in range(users)}

    def pairs(self, posts: list[str]) -> Iterator[tuple[str, str]]:
        """(post, user), spread over the posts; ends when everybody has liked everything."""
        for turn in range(len(posts)):
            for number, user in enumerate(self._tokens):
                yield posts[(number + turn) % len(posts)], user

    async def at_once(
        self, port: int, pairs: Iterator[tuple[str, str]], connections: int, seconds: float
    ) -> list[Like]:
        """As many likes as ``connections`` clients get answered who each send the next when they have the last."""
        end = time.time() + seconds
        likes: list[Like] = []

        async def fan(connection: HttpConnection) -> None:
            for post, user in pairs:
                if (now := time.time()) >= end:
                    return
                likes.append(await self._like(connection, post, user, now))

        async with AsyncExitStack() as stack:
            open_ones = [await stack.enter_async_context(HttpConnection(port)) for _ in range(connections)]
            await asyncio.gather(*(fan(connection) for connection in open_ones))
        return likes

    async def paced(self, port: int, pairs: Iterator[tuple[str, str]], rate: float, seconds: float) -> list[Like]:
        """``rate`` likes a second, whatever the server does; time spent waiting for a free connection counts."""
        start = time.time()
        numbers = iter(range(int(rate * seconds)))
        likes: list[Like] = []

        async def fan(connection: HttpConnection) -> None:
            for number in numbers:
                post, user = next(pairs)
                due = start + number / rate
                await asyncio.sleep(due - time.time())
                likes.append(await self._like(connection, post, user, due))

        async with AsyncExitStack() as stack:
            open_ones = [await stack.enter_async_context(HttpConnection(port)) for _ in range(8)]
            await asyncio.gather(*(fan(connection) for connection in open_ones))
        return likes

    async def _like(self, connection: HttpConnection, post: str, user: str, due: float) -> Like:
        answer = await connection.post(f"/api/posts/{post}/like", self._tokens[user])
        return Like(post, user, due, time.time(), answer.status)


async def make_posts(port: int, count: int) -> list[str]:
    """Ids of that many new open posts of one creator."""
    body = b'{"title":"Benchmark","content":"A post that many people like.","isLocked":false}'
    async with HttpConnection(port) as connection:
        answers = [await connection.post("/api/posts", token("creator"), body) for _ in range(count)]
    bad = next((answer for answer in answers if answer.status >= 300), None)
    if bad is not None:
        raise RuntimeError(f"the API does not take a post: {bad.status} {bad.body[:500]!r}")
    return [str(answer.json()["id"]) for answer in answers]
