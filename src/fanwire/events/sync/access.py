"""Who may see what: facts of the caller's own transaction, which also reach connected clients."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fanwire.events.receipt import Receipt
from fanwire.events.sync.dispatch import say
from fanwire.payloads import BlockUser, GrantAccess, RestrictPost, RevokeAccess, RevokeToken, RevokeTokens, UnblockUser


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


def restrict_post(post_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """Fewer people may read the post from now on: it was locked, or its tier was raised.

    Its channel closes within a second, and opens again to those who still may read it, as the configured directory
    says. Say it in the transaction that changes the post, before ``notify_post_updated(..., restricted=True)``.
    Raises as ``dispatch.say`` does.
    """
    return say(RestrictPost, session=session, strict=strict, post_id=post_id)


def block_user(user_id: Any, blocked_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """``blocked_id`` loses whatever ``user_id`` publishes: open posts, audience items, a subscription's content.

    What was paid stays granted and opens again with ``unblock_user``. Raises as ``dispatch.say`` does.
    """
    return say(BlockUser, session=session, strict=strict, user_id=user_id, blocked_id=blocked_id)


def unblock_user(user_id: Any, blocked_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """Take a block back: what is granted to ``blocked_id`` counts again. Raises as ``dispatch.say`` does."""
    return say(UnblockUser, session=session, strict=strict, user_id=user_id, blocked_id=blocked_id)


def revoke_tokens(
    user_id: Any, *, issued_before: datetime | None = None, session: Any = None, strict: bool = False
) -> Receipt:
    """Every token of ``user_id`` that was issued up to now (or ``issued_before``, aware) opens nothing any more.

    Tokens are compared by ``iat``, in whole seconds; one without ``iat`` counts as old. Open connections are
    closed and may come back with a new token. Raises as ``dispatch.say`` does.
    """
    return say(RevokeTokens, session=session, strict=strict, user_id=user_id, issued_before=issued_before)


def revoke_token(user_id: Any, token_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """The token whose ``jti`` is ``token_id`` opens nothing any more; ``user_id`` is its ``sub``, or None.

    Connections and subscriptions that it opened are ended. Raises as ``dispatch.say`` does.
    """
    return say(RevokeToken, session=session, strict=strict, user_id=user_id, token_id=token_id)
