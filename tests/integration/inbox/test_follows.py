"""Who follows hears of open posts, and of nothing else; no inbox knows of it."""

from __future__ import annotations

from typing import Any

from fanwire.frames import Frame, Target
from fanwire.payloads import FollowCreator, GrantAccess, NotifyNewPost, Post, UnfollowCreator
from fanwire.store import tables
from tests.integration.inbox.conftest import Site
from tests.integration.inbox.test_batches import statements

FOLLOW = FollowCreator(user_id="boris", creator_id="anna")
UNFOLLOW = UnfollowCreator(user_id="boris", creator_id="anna")


def post(id: str, is_locked: bool | None) -> NotifyNewPost:
    return NotifyNewPost(post=Post(id=id, creator_id="anna", title="t", content="whole", is_locked=is_locked))


def seats(frames: list[Frame]) -> list[dict[str, Any]]:
    assert all(frame.target is Target.CONTROL for frame in frames)
    return [frame.data for frame in frames]


async def test_followers_are_seated_once_and_leave_once(site: Site) -> None:
    seat = {"user": "boris", "stream": "followers:anna"}
    assert seats(await site.apply(FOLLOW, FOLLOW)) == [{**seat, "joined": True}]
    assert await site.apply(FOLLOW) == []
    await site.apply(GrantAccess(user_id="boris", resource="creator:elena"))
    assert (await site.inbox.snapshot("boris")).streams == {"followers:anna", "creator:elena"}
    assert seats(await site.apply(UNFOLLOW, UNFOLLOW)) == [{**seat, "joined": False}]
    assert seats(await site.apply(FOLLOW, UNFOLLOW)) == [{**seat, "joined": True}, {**seat, "joined": False}]
    assert (await site.inbox.snapshot("boris")).streams == {"creator:elena"}
    assert len(await site.apply(FOLLOW)) == 1
    assert len(await site.apply(UNFOLLOW, FOLLOW)) == 2
    assert (await site.inbox.snapshot("boris")).streams == {"followers:anna", "creator:elena"}


async def test_an_open_post_is_one_update_whole(site: Site) -> None:
    await site.apply(FOLLOW)
    frames = await site.apply(post("1", False), post("2", True), post("3", None), post("1", False))
    updates = [frame for frame in frames if frame.data["type"] == "feed_update"]
    assert [(frame.target, frame.channel, frame.version) for frame in updates] == [
        (Target.AUDIENCE, "followers:anna", 2)
    ]
    assert updates[0].data == {
        "type": "feed_update",
        "post": {"id": "1", "creatorId": "anna", "title": "t", "content": "whole", "isLocked": False},
    }


async def test_no_count_and_no_list_looks_at_followers(site: Site) -> None:
    """The table of followers is read where a snapshot says which audiences its reader belongs to, and nowhere else."""
    await site.apply(FOLLOW, post("1", False))
    assert await site.inbox.page("boris") == ([], 0, None)
    assert await site.size(tables.membership) == await site.size(tables.inbox_user) == 0
    with statements(site.database) as sent:
        await site.inbox.mark_all_read("boris")
        await site.apply(post("2", False))
    assert [statement for statement in sent if "fanwire_follow" in statement] == []
