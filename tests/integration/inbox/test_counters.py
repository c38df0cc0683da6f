"""Counters on real databases: what a post's subscription is told, and when they end."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import event as listen

from fanwire.inbox.standing import MOST_COMMENTS, Standing
from fanwire.payloads import (
    Event,
    NotifyCommentDeleted,
    NotifyNewComment,
    NotifyPostDeleted,
    UpdateCommentLikes,
    UpdatePostLikes,
)
from fanwire.payloads.posts import Comment
from fanwire.store import tables
from tests.integration.inbox.conftest import Site


def likes(count: int | None, post: str = "7") -> Event:
    return UpdatePostLikes(post_id=post, user_id="boris", liked=True, likes_count=count)


def comment(name: str, count: int | None) -> Event:
    return NotifyNewComment(post_id="7", comment=Comment(id=name), comments_count=count)


def liked_comment(name: str, count: int | None) -> Event:
    return UpdateCommentLikes(post_id="7", comment_id=name, user_id="boris", liked=True, likes_count=count)


def deleted_comment(name: str, count: int) -> Event:
    return NotifyCommentDeleted(post_id="7", comment_id=name, comments_count=count)


async def known(site: Site, post: str = "7") -> dict[str, Any] | None:
    return await Standing(site.database).of_post(post)


async def test_what_is_known_is_the_newest_of_each_and_one_version_for_all(site: Site) -> None:
    assert await known(site) is None
    await site.apply(likes(None))
    assert await known(site) is None, "nobody has said a number"
    await site.apply(likes(1), likes(2))
    await site.apply(comment("c1", 1), liked_comment("c1", 5), likes(9, post="8"))
    await site.apply(likes(3), likes(None), comment("c2", None))
    assert await known(site) == {
        "type": "counters",
        "postId": "7",
        "likesCount": 3,
        "commentsCount": 1,
        "commentLikes": {"c1": 5},
        "version": 7,
    }
    assert await known(site, "8") == {"type": "counters", "postId": "8", "likesCount": 9, "version": 6}


async def test_a_counter_ends_with_what_it_counts(site: Site) -> None:
    await site.apply(liked_comment("c1", 1), liked_comment("c2", 2), deleted_comment("c1", 1))
    assert (await known(site) or {})["commentLikes"] == {"c2": 2}
    await site.apply(deleted_comment("c2", 0))
    assert await known(site) == {"type": "counters", "postId": "7", "commentsCount": 0, "version": 4}
    await site.apply(likes(9, post="8"), NotifyPostDeleted(post_id="7", creator_id="anna"), likes(4))
    assert await known(site) is None
    assert await site.size(tables.counter) == 1


async def test_of_many_comments_those_that_changed_last_are_told(site: Site) -> None:
    await site.apply(likes(1), *(liked_comment(f"c{n}", n) for n in range(MOST_COMMENTS + 1)))
    found = await known(site) or {}
    assert found["likesCount"] == 1
    assert found["commentLikes"] == {f"c{n}": n for n in range(1, MOST_COMMENTS + 1)}


async def test_a_crowd_shares_reads_and_each_is_younger_than_its_question(site: Site) -> None:
    await site.apply(likes(1))
    standing = Standing(site.database)
    asked: list[str] = []
    listen.listen(site.database.read.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    answers = await asyncio.gather(*(standing.of_post("7") for _ in range(1_000)))
    assert {answer["likesCount"] for answer in answers if answer} == {1}
    assert sum("fanwire_counter" in statement for statement in asked) == 1
    await site.apply(likes(2))
    assert (await standing.of_post("7") or {})["likesCount"] == 2
    assert standing._coming == {}


async def test_one_who_stops_waiting_takes_nothing_from_the_others(site: Site) -> None:
    await site.apply(likes(1))
    standing = Standing(site.database)
    first, second = (asyncio.create_task(standing.of_post("7")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second or {})["likesCount"] == 1


async def test_a_read_that_fails_is_not_kept(site: Site) -> None:
    await site.apply(likes(1))
    standing = Standing(site.database)
    down = OSError("the database is away")

    def fail(*_args: Any) -> None:
        raise down

    listen.listen(site.database.read.sync_engine, "before_cursor_execute", fail)
    results = await asyncio.gather(standing.of_post("7"), standing.of_post("7"), return_exceptions=True)
    assert list(results) == [down, down]
    listen.remove(site.database.read.sync_engine, "before_cursor_execute", fail)
    assert (await standing.of_post("7") or {})["likesCount"] == 1
