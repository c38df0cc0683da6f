"""Who may see what: facts of the caller's own transaction, which also reach connected clients."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fanwire.events.receipt import Receipt
from fanwire.events.sync.dispatch import say
from fanwire.payloads import GrantAccess, RevokeAccess


def grant_access(
    user_id: Any,
    resource: str,
    *,
    tier: Any = None,
    until: datetime | None = None,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """``user_id`` may see ``resource``: ``creator:{id}`` (a subscription, with its ``tier``) or ``post:{id}``.

    ``until`` is an aware datetime; without it access has no end. A newer grant replaces the older one. Raises as
    ``dispatch.say`` does.
    """
    return say(GrantAccess, session=session, strict=strict, user_id=user_id, resource=resource, tier=tier, until=until)


def revoke_access(
    user_id: Any, resource: str, *, reason: str = "revoked", session: Any = None, strict: bool = False
) -> Receipt:
    """``user_id`` may no longer see ``resource``. The client is shown ``reason``: expired, refunded, downgraded,
    blocked, cancelled or revoked. Raises as ``dispatch.say`` does.
    """
    return say(RevokeAccess, session=session, strict=strict, user_id=user_id, resource=resource, reason=reason)
