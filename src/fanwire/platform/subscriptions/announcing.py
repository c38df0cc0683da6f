"""What others are told when a subscription changes: access first, then the creator."""

from __future__ import annotations

from fanwire.events.access import grant_access, revoke_access
from fanwire.events.creators import notify_new_subscription
from fanwire.events.notifications import send_notification
from fanwire.payloads.access import RevokeReason
from fanwire.platform.act import Act
from fanwire.platform.blocks.block import has_blocked
from fanwire.platform.subscriptions.lifecycle import State
from fanwire.platform.subscriptions.subscription import Subscription

_REASONS: dict[State, RevokeReason] = {
    State.CANCELLED: "cancelled",
    State.REFUNDED: "refunded",
    State.EXPIRED: "expired",
}


async def access(act: Act, before: Subscription | None, now: Subscription) -> None:
    """Write the access that ``now`` gives, where it differs from what ``before`` gave.

    A lower tier is a grant like any other: whatever it does not open is closed with the reason "downgraded".
    """
    held = before if before is not None and before.gives_access(act.now) else None
    if not now.gives_access(act.now):
        if held is not None:
            reason = _REASONS[now.state_at(act.now)]
            await revoke_access(now.user_id, f"creator:{now.creator_id}", reason=reason, session=act.connection)
        return
    if held is not None and (held.tier, held.valid_until) == (now.tier, now.valid_until):
        return
    await grant_access(
        now.user_id, f"creator:{now.creator_id}", tier=now.tier, until=now.valid_until, session=act.connection
    )


async def new_subscriber(act: Act, subscription: Subscription) -> None:
    """Tell the creator of somebody who was no subscriber before, and whom they have not blocked.

    A provider bills on whom the creator wants to hear nothing of; the block keeps everything closed to them.
    """
    if await has_blocked(act.connection, subscription.creator_id, subscription.user_id):
        return
    await notify_new_subscription(
        subscription.creator_id, subscription.user_id, tier=subscription.tier, session=act.connection
    )
    await send_notification(
        subscription.creator_id,
        {
            "type": "NEW_SUBSCRIBER",
            "title": "Новый подписчик",
            "message": f"{act.user.nickname} подписался на ваш профиль",
            "metadata": {"userId": subscription.user_id, "subscriptionId": subscription.id},
        },
        actor=subscription.user_id,
        session=act.connection,
    )
