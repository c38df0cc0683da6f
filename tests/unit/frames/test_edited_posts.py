"""What an edit and the likes of a comment say on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from fanwire.frames import posts
from fanwire.payloads import NotifyPostUpdated, Post, UpdateCommentLikes

ROW = {
    "id": 7,
    "creatorId": "anna",
    "title": "t",
    "content": "only for subscribers",
    "images": ["secret.jpg"],
    "likesCount": 3,
    "commentsCount": 1,
    "updatedAt": "2027-01-15T08:00:00Z",
    "passwordHash": "hash",
}
TEASER = {"id": "7", "creatorId": "anna", "title": "t", "updatedAt": "2027-01-15T08:00:00Z"}


@pytest.mark.parametrize("lock", [{"isLocked": True}, {}])
def test_readers_get_all_of_a_post_and_the_public_its_teaser(lock: dict[str, bool]) -> None:
    read, public = posts.updated(NotifyPostUpdated(post=Post.model_validate({**ROW, **lock})), 5)
    assert (read.channel, public.channel) == ("post:7", "creator:anna")
    full = {**TEASER, **lock, "content": ROW["content"], "images": ROW["images"]}
    assert read.data == {"type": "post_updated", "postId": "7", "post": full, "version": 5}
    assert public.data == {"type": "post_updated", "postId": "7", "post": {**TEASER, **lock}, "version": 5}


def test_a_post_that_was_closed_to_somebody_gives_its_teaser_everywhere() -> None:
    event = NotifyPostUpdated(post=Post.model_validate({**ROW, "isLocked": True}), restricted=True)
    read, public = posts.updated(event, 5)
    assert read.data["post"] == public.data["post"] == {**TEASER, "isLocked": True}
    assert read.data["restricted"] is True


@pytest.mark.parametrize("liked", [True, False])
def test_a_counter_of_a_comment_names_nobody_and_is_conflated(liked: bool) -> None:
    counter, own = posts.comment_liked(
        UpdateCommentLikes(post_id="7", comment_id="9", user_id="boris", liked=liked, likes_count=2), 5
    )
    about: dict[str, Any] = {"postId": "7", "commentId": "9", "version": 5}
    kind = "comment_liked" if liked else "comment_unliked"
    assert (counter.channel, counter.data) == ("post:7", {"type": kind, **about, "likesCount": 2})
    assert counter.conflation_key == "likes:9"
    assert (own.channel, own.data) == ("feed:boris", {"type": "comment_like_state", **about, "isLiked": liked})
    assert own.conflation_key is None


def test_without_its_value_a_counter_is_news_and_every_one_leaves() -> None:
    event = UpdateCommentLikes(post_id="7", comment_id="9", user_id="boris", liked=True)
    counter = posts.comment_liked(event, 5)[0]
    assert "likesCount" not in counter.data
    assert counter.conflation_key is None
