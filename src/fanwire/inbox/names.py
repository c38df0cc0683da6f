"""How posts, creators and their audiences are named in the inbox."""

from __future__ import annotations


def post_key(post_id: str) -> str:
    """The natural key of a post's audience item: a second announcement of the post changes nothing."""
    return f"NEW_POST:{post_id}"


def said_key(key: str) -> str:
    """The natural key of an audience item under the caller's key, which so cannot be that of a post."""
    return f"SAID:{key}"


def stream_of(creator_id: str) -> str:
    """The audience of a creator's subscribers, named as the creator's channel and as the resource that is granted."""
    return f"creator:{creator_id}"


_FOLLOWERS = "followers:"


def followers_of(creator_id: str) -> str:
    """The audience of those who follow a creator without paying: it hears of open posts, and gets no items."""
    return f"{_FOLLOWERS}{creator_id}"


def is_following(stream: str) -> bool:
    """The stream is one of followers: its members are kept apart, where no count and no list looks."""
    return stream.startswith(_FOLLOWERS)
