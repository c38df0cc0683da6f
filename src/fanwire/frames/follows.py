"""What followers hear: open posts, on each follower's own ``notifications:`` channel."""

from __future__ import annotations

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.payloads.posts import Post


def feed_update(stream: str, post: Post, gseq: int) -> Draft:
    """An open post, whole, for all who follow; it is no notification and changes no count."""
    return Draft(Target.AUDIENCE, stream, {"type": "feed_update", "post": post.public()}, gseq)
