"""Grants and revocations of access."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, StringConstraints

from fanwire.payloads.base import Event, Id
from fanwire.payloads.posts import Tier

# 'creator:{id}' is a subscription to a creator, 'post:{id}' a purchase of one post.
Resource = Annotated[str, StringConstraints(pattern=r"^(creator|post):[\x21-\x7e]{1,128}$")]
RevokeReason = Literal["expired", "refunded", "downgraded", "blocked", "cancelled", "revoked"]


class GrantAccess(Event):
    """``user_id`` may see ``resource`` until ``until`` (open end if absent), at ``tier`` for a creator."""

    function: ClassVar[str] = "grant_access"
    user_id: Id
    resource: Resource
    tier: Tier | None = None
    until: AwareDatetime | None = None

    def ordering_key(self) -> str:
        return f"notifications:{self.user_id}"


class RevokeAccess(Event):
    """``user_id`` may no longer see ``resource``; the reason is shown to the client."""

    function: ClassVar[str] = "revoke_access"
    user_id: Id
    resource: Resource
    reason: RevokeReason = "revoked"

    def ordering_key(self) -> str:
        return f"notifications:{self.user_id}"
