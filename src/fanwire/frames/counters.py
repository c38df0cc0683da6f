"""Counters of a post's channel: their keys, and what a subscription starts from.

Counters are absolute values with a version. Of values that follow one another quickly only the newest leaves
(``Frame.conflation_key``), and none is kept in history: the reply to a subscribe says where they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

LIKES: Final = "likes"
COMMENTS: Final = "comments"
_OF_COMMENTS: Final = f"{LIKES}:"


class Counter(NamedTuple):
    """``version`` is the gseq of the event that said ``value``."""

    key: str
    value: int
    version: int


def comment_likes(comment_id: str) -> str:
    """The key of one comment's likes, on the channel of its post."""
    return _OF_COMMENTS + comment_id


def known(post_id: str, counters: Iterable[Counter]) -> dict[str, Any] | None:
    """The known counters as the reply to a subscribe carries them; None when nothing is known.

    ``version`` is the highest of theirs, and holds for all: events are applied in order, so none of the others
    has changed up to it.
    """
    found = list(counters)
    if not found:
        return None
    data: dict[str, Any] = {"type": "counters", "postId": post_id}
    values = {one.key: one.value for one in found}
    if LIKES in values:
        data["likesCount"] = values[LIKES]
    if COMMENTS in values:
        data["commentsCount"] = values[COMMENTS]
    of_comments = {key.removeprefix(_OF_COMMENTS): n for key, n in values.items() if key.startswith(_OF_COMMENTS)}
    if of_comments:
        data["commentLikes"] = of_comments
    return {**data, "version": max(one.version for one in found)}
