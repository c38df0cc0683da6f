"""Who may read a post's channel: a pure decision over what the post is, what the user was granted, and blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from fanwire.access.directory import PostFacts
from fanwire.access.facts import Grant
from fanwire.payloads.access import block_of

# The order of subscription tiers: a higher one includes the lower ones.
TIERS: Final = {"basic": 1, "premium": 2, "vip": 3}


class Allowed(msgspec.Struct, frozen=True):
    """Access, until an aware datetime or (None) until it is taken away; ``rule`` says why.

    What was published with a version up to ``since`` is from before the access (0: there is no such time).
    """

    rule: str
    until: datetime | None = None
    since: int = 0

    @property
    def locked(self) -> bool:
        """Only who was granted access gets in here."""
        return self.rule in ("post-buyer", "post-subscriber")


class Denied(msgspec.Struct, frozen=True):
    """No access. ``rule`` is what decided, ``hint`` what to change; both are for the log, never for the client."""

    rule: str
    hint: str


def resources(post_id: str, post: PostFacts) -> tuple[str, str, str]:
    """What ``decide`` wants to know of: the purchase of the post, the subscription to its author, their block."""
    return f"post:{post_id}", f"creator:{post.author}", block_of(post.author)


def blocked(creator: str, grants: Mapping[str, Grant]) -> Denied | None:
    """A block outweighs whatever was granted, and closes what is open to all."""
    fact = grants.get(block_of(creator))
    if fact is None or fact.kind != "block":
        return None
    return Denied("blocked", f"{creator!r} has blocked this user: see unblock_user")


def unblocked_since(creator: str, grants: Mapping[str, Grant]) -> int:
    """Where in the order of all a block of ``creator`` was taken back; 0 without one."""
    fact = grants.get(block_of(creator))
    return 0 if fact is None else fact.since


def decide(user: str, post_id: str, post: PostFacts | None, grants: Mapping[str, Grant]) -> Allowed | Denied:
    """May ``user`` ("" is anonymous) read ``post:{post_id}`` now? ``grants`` are the active ones of that user."""
    if post is None or post.deleted:
        return Denied("post-unknown", f"directory.post gives no living post for id {post_id!r}")
    if user and user == post.author:
        return Allowed("post-open" if post.locked is False else "post-author")
    block, since = blocked(post.author, grants), unblocked_since(post.author, grants)
    if block is not None:
        return block
    if post.locked is False:
        return Allowed("post-open", since=since)
    return _entitled(user, post_id, post, grants, since)


def _entitled(user: str, post_id: str, post: PostFacts, grants: Mapping[str, Grant], since: int) -> Allowed | Denied:
    """Buyers and subscribers; who is both has access since the earlier and as long as the longer of the two."""
    purchase, subscription = (grants.get(resource) for resource in resources(post_id, post)[:2])
    if subscription is not None and not _reaches(subscription.tier, post.tier):
        if purchase is None:
            return _too_low(user, post, subscription)
        subscription = None
    found = [Allowed("post-buyer", purchase.until, purchase.since)] if purchase else []
    found += [Allowed("post-subscriber", subscription.until, subscription.since)] if subscription else []
    if not found:
        return _closed(user, post_id, post)
    longest = max(found, key=_end)
    return Allowed(longest.rule, longest.until, max(since, min(one.since for one in found)))


def _end(allowed: Allowed) -> float:
    return float("inf") if allowed.until is None else allowed.until.timestamp()


def _reaches(tier: str | None, needed: str | None) -> bool:
    """An unknown tier is above none and below all: a misspelt one opens nothing."""
    if needed is None:
        return True
    return needed in TIERS and TIERS.get(tier or "", 0) >= TIERS[needed]


def _too_low(user: str, post: PostFacts, subscription: Grant) -> Denied:
    if post.tier not in TIERS:
        return Denied("post-tier-unknown", f"directory.post gives tier {post.tier!r}; the tiers are {', '.join(TIERS)}")
    has = f"{user!r} has tier {subscription.tier!r}, the post asks for {post.tier!r}"
    return Denied("post-tier", f"{has}: grant_access({user!r}, 'creator:{post.author}', tier={post.tier!r})")


def _closed(user: str, post_id: str, post: PostFacts) -> Denied:
    if post.locked is None:
        return Denied("post-lock-unknown", "directory.post gives no value for locked, which counts as locked")
    ways = f"'creator:{post.author}' (subscription) or 'post:{post_id}' (purchase)"
    return Denied("post-locked", f"{user or 'an anonymous visitor'!r} has no active grant on {ways}: see grant_access")
