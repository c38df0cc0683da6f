"""What becomes of a subscription after it was paid for: it ends, is paid back, or moves to another tier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fanwire.access.rules import TIERS
from fanwire.platform.act import Act
from fanwire.platform.problems import Forbidden
from fanwire.platform.requests import Tier
from fanwire.platform.subscriptions import announcing, subscription
from fanwire.platform.subscriptions.answers import SubscriptionAnswer
from fanwire.platform.subscriptions.lifecycle import Step, WrongState, after
from fanwire.platform.subscriptions.requests import Cancellation, TierChange
from fanwire.platform.subscriptions.subscription import Subscription

Change = Callable[[Subscription], Subscription]


async def cancel(act: Act, subscription_id: str, body: Cancellation) -> SubscriptionAnswer:
    """Not renew, or with ``immediately`` end at once.

    Raises:
        Missing: it is not theirs, or there is none.
        WrongState: it has ended already.
    """
    step = Step.CANCEL_AT_ONCE if body.immediately else Step.CANCEL_AT_PERIOD_END

    def cancelled(held: Subscription) -> Subscription:
        state = after(held.state_at(act.now), step)
        return held.ended(state, act.now) if body.immediately else replace(held, state=state)

    return await _change(act, await _own(act, subscription_id), cancelled)


async def refund(act: Act, subscription_id: str) -> SubscriptionAnswer:
    """The creator gives the money back; access ends at once.

    Raises:
        Missing: it is no subscription to them, or there is none.
        Forbidden: the subscriber asks, who has to ask the creator.
        WrongState: it has been refunded.
    """
    found = await subscription.find(act.connection, subscription_id)
    if found.user_id == act.user.id:
        raise Forbidden("Only the creator gives money back: ask them, or cancel the subscription.")
    if found.creator_id != act.user.id:
        raise subscription.missing(subscription_id)
    return await _change(act, found, lambda held: held.ended(after(held.state_at(act.now), Step.REFUND), act.now))


async def upgrade(act: Act, subscription_id: str, body: TierChange) -> SubscriptionAnswer:
    """Move to a higher tier, for the time that is paid.

    Raises:
        Missing: it is not theirs, or there is none.
        WrongState: it does not run, or the tier is not higher.
    """
    return await _move(act, subscription_id, body.tier, Step.UPGRADE)


async def downgrade(act: Act, subscription_id: str, body: TierChange) -> SubscriptionAnswer:
    """Move to a lower tier now: what only the higher one opens is closed at once, with the reason "downgraded".

    Raises:
        Missing: it is not theirs, or there is none.
        WrongState: it does not run, or the tier is not lower.
    """
    return await _move(act, subscription_id, body.tier, Step.DOWNGRADE)


async def _move(act: Act, subscription_id: str, tier: Tier, step: Step) -> SubscriptionAnswer:
    def moved(held: Subscription) -> Subscription:
        state = after(held.state_at(act.now), step)
        rises = TIERS[tier] - TIERS[held.tier]
        if (rises if step is Step.UPGRADE else -rises) <= 0:
            raise WrongState(f"This subscription is of tier '{held.tier}', so going to '{tier}' is no {step}.")
        return replace(held, tier=tier, state=state)

    return await _change(act, await _own(act, subscription_id), moved)


async def _own(act: Act, subscription_id: str) -> Subscription:
    found = await subscription.find(act.connection, subscription_id)
    if found.user_id != act.user.id:
        raise subscription.missing(subscription_id)
    return found


async def _change(act: Act, found: Subscription, change: Change) -> SubscriptionAnswer:
    """Apply ``change`` to the subscription as it is under the lock, and tell of it."""
    held = await subscription.lock_pair(act.connection, found.user_id, found.creator_id)
    if held is None or held.id != found.id:
        raise subscription.missing(found.id)
    result = replace(change(held), changed_at=act.now)
    await subscription.save(act.connection, result)
    await announcing.access(act, held, result)
    return result.answer(act.now)
