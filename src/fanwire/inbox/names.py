"""How posts and creators are named in the inbox."""

from __future__ import annotations


def post_key(post_id: str) -> str:
    """The natural key of a post's audience item: a second announcement of the post changes nothing."""
    return f"NEW_POST:{post_id}"


def stream_of(creator_id: str) -> str:
    """The audience of a creator's subscribers, named as the creator's channel and as the resource that is granted."""
    return f"creator:{creator_id}"
