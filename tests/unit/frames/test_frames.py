"""What events say on the wire: only what is allowed, to whom it is allowed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fanwire.frames import Target, access, posts
from fanwire.frames.draft import Draft, numbered
from fanwire.payloads import (
    Comment,
    GrantAccess,
    NotifyNewComment,
    NotifyNewPost,
    Post,
    RevokeAccess,
    UpdatePostLikes,
)

ROW = {
    "id": 7,
    "creatorId": "anna",
    "title": "t",
    "content": "only for subscribers",
    "images": ["secret.jpg"],
    "price": 500,
    "minSubscriptionTier": "vip",
    "passwordHash": "hash",
}
TEASER = {"id": "7", "creatorId": "anna", "title": "t", "price": 500, "minSubscriptionTier": "vip"}


def said(drafts: list[Draft], channel: str) -> dict[str, Any]:
    return next(draft.data for draft in drafts if draft.channel == channel)


@pytest.mark.parametrize("lock", [{"isLocked": True}, {}])
def test_a_post_that_is_locked_or_may_be_gives_its_teaser(lock: dict[str, bool]) -> None:
    drafts = posts.created(NotifyNewPost(post=Post.model_validate({**ROW, **lock})))
    assert said(drafts, "creator:anna") == {"type": "post_created", "post": {**TEASER, **lock}}
    own = said(drafts, "feed:anna")["post"]
    assert own["content"] == "only for subscribers"
    assert "passwordHash" not in own


def test_an_open_post_gives_all_that_a_post_has_and_nothing_else() -> None:
    drafts = posts.created(NotifyNewPost(post=Post.model_validate({**ROW, "isLocked": False})))
    shown = said(drafts, "creator:anna")["post"]
    assert shown == {**TEASER, "isLocked": False, "content": ROW["content"], "images": ROW["images"]}


def test_an_anonymous_comment_carries_nobody() -> None:
    row = {"id": 1, "userId": "boris", "nickname": "Борис", "avatar": "b.png", "content": "c", "isAnonymous": True}
    draft = posts.comment_added(NotifyNewComment(post_id="7", comment=Comment.model_validate(row)), 5)
    assert draft.data["comment"] == {"id": "1", "content": "c", "isAnonymous": True}
    assert not {"boris", "Борис", "b.png"} & set(json.dumps(draft.data, ensure_ascii=False).split('"'))


def test_a_like_tells_the_counter_to_all_and_the_own_state_to_the_actor() -> None:
    drafts = posts.liked(UpdatePostLikes(post_id="7", user_id="boris", liked=True, likes_count=3), 9)
    counter = {"type": "post_liked", "postId": "7", "userId": "boris", "likesCount": 3, "version": 9}
    assert said(drafts, "post:7") == counter
    assert said(drafts, "feed:boris") == {"type": "like_state", "postId": "7", "isLiked": True, "version": 9}
    unknown = posts.liked(UpdatePostLikes(post_id="7", user_id="boris", liked=False), 10)
    assert "likesCount" not in said(unknown, "post:7")
    assert said(unknown, "post:7")["type"] == "post_unliked"


def test_access_is_told_to_its_owner_alone() -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    granted = access.granted(GrantAccess(user_id="boris", resource="creator:anna", tier="vip", until=until))
    assert granted.channel == "feed:boris"
    assert (granted.data["type"], granted.data["tier"]) == ("subscription_updated", "vip")
    assert access.granted(GrantAccess(user_id="boris", resource="post:7")).data == {
        "type": "post_unlocked",
        "postId": "7",
    }
    ended = access.revoked(RevokeAccess(user_id="boris", resource="creator:anna", reason="refunded"))
    assert ended.data == {"type": "subscription_cancelled", "creatorId": "anna", "reason": "refunded"}
    assert access.membership("boris", "creator:anna", joined=True).target is Target.CONTROL


def test_the_frames_of_an_event_have_keys_of_their_own_and_the_same_ones_again() -> None:
    drafts = posts.liked(UpdatePostLikes(post_id="7", user_id="boris", liked=True), 1)
    keys = [frame.key for frame in numbered("event", drafts)]
    assert keys == ["event:0", "event:1"]
    assert keys == [frame.key for frame in numbered("event", drafts)]
