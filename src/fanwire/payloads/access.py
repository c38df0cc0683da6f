"""Grants and revocations of access, blocks between users, and tokens that count no more."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Annotated, ClassVar, Literal, NamedTuple, Self

from pydantic import StringConstraints, model_validator

from fanwire.payloads.base import Event, Id, Moment
from fanwire.payloads.posts import Tier

# 'creator:{id}' is a subscription to a creator, 'post:{id}' a purchase of one post.
Resource = Annotated[str, StringConstraints(pattern=r"^(creator|post):[\x21-\x7e]{1,128}$")]
RevokeReason = Literal["expired", "refunded", "downgraded", "blocked", "cancelled", "revoked"]

# In the place of a user: a fact about a post that names nobody in particular.
EVERYBODY = ""
# The resource under which all tokens of a user are revoked.
TOKENS = "tokens"


def block_of(blocker: str) -> str:
    """The resource under which the log says whom ``blocker`` has blocked."""
    return f"block:{blocker}"


def token_of(token_id: str) -> str:
    """The resource of one token, by its ``jti``."""
    return f"token:{token_id}"


def streams_of(resource: str) -> tuple[str, ...]:
    """The audiences in which a fact about ``resource`` may end somebody's place."""
    kind, _, creator = resource.partition(":")
    if kind == "block":
        return (f"creator:{creator}", f"followers:{creator}")
    return (resource,) if kind == "creator" else ()


class Fact(NamedTuple):
    """A row of the access log: the newest one of a (user, resource) holds. ``kind`` says what it states."""

    user: str
    resource: str
    kind: Literal["grant", "revoke", "block", "unblock", "token"]
    tier: str | None = None
    until: datetime | None = None
    reason: str | None = None


class AccessEvent(Event):
    """An event that states a fact: its row goes into the access log in the same transaction."""

    @abstractmethod
    def fact(self) -> Fact:
        """What the log gets."""

    def ordering_key(self) -> str:
        return f"notifications:{self.fact().user}"


class GrantAccess(AccessEvent):
    """``user_id`` may see ``resource`` until ``until`` (open end if absent), at ``tier`` for a creator."""

    function: ClassVar[str] = "grant_access"
    user_id: Id
    resource: Resource
    tier: Tier | None = None
    until: Moment | None = None

    def fact(self) -> Fact:
        return Fact(self.user_id, self.resource, "grant", self.tier, self.until)


class RevokeAccess(AccessEvent):
    """``user_id`` may no longer see ``resource``; the reason is shown to the client."""

    function: ClassVar[str] = "revoke_access"
    user_id: Id
    resource: Resource
    reason: RevokeReason = "revoked"

    def fact(self) -> Fact:
        return Fact(self.user_id, self.resource, "revoke", reason=self.reason)


class RestrictPost(AccessEvent):
    """Fewer people may read the post than before: everybody is asked again."""

    function: ClassVar[str] = "restrict_post"
    post_id: Id

    def fact(self) -> Fact:
        return Fact(EVERYBODY, f"post:{self.post_id}", "revoke", reason="revoked")

    def ordering_key(self) -> str:
        return f"post:{self.post_id}"


class _Block(AccessEvent):
    user_id: Id
    blocked_id: Id

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if self.user_id == self.blocked_id:
            raise ValueError("nobody can block themselves")
        return self


class BlockUser(_Block):
    """``blocked_id`` loses whatever ``user_id`` publishes, open posts too."""

    function: ClassVar[str] = "block_user"

    def fact(self) -> Fact:
        return Fact(self.blocked_id, block_of(self.user_id), "block", reason="blocked")


class UnblockUser(_Block):
    """``blocked_id`` sees again what anybody in their place would see of ``user_id``."""

    function: ClassVar[str] = "unblock_user"

    def fact(self) -> Fact:
        return Fact(self.blocked_id, block_of(self.user_id), "unblock")


class RevokeTokens(AccessEvent):
    """Every token of ``user_id`` with an ``iat`` up to ``issued_before`` (absent: now) opens nothing any more."""

    function: ClassVar[str] = "revoke_tokens"
    user_id: Id
    issued_before: Moment | None = None

    def fact(self) -> Fact:
        return Fact(self.user_id, TOKENS, "token", until=self.issued_before, reason="revoked")


class RevokeToken(AccessEvent):
    """The token whose ``jti`` is ``token_id`` opens nothing any more; ``user_id`` may be unknown."""

    function: ClassVar[str] = "revoke_token"
    user_id: Id | None = None
    token_id: Id

    def fact(self) -> Fact:
        return Fact(self.user_id or "", token_of(self.token_id), "token", reason="revoked")
