"""What the provider says of a subscription: the object as it is now, applied if it is the newest word on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from fanwire.platform import tables
from fanwire.platform.act import Act
from fanwire.platform.payments.messages import Message, Outcome, SubscriptionData
from fanwire.platform.payments.order import Moment, is_newest
from fanwire.platform.problems import Conflict
from fanwire.platform.subscriptions import announcing, paying, subscription
from fanwire.platform.subscriptions.lifecycle import RUNNING, State
from fanwire.platform.subscriptions.paying import Order
from fanwire.platform.subscriptions.subscription import Subscription

PAID = "subscription.paid"
RENEWED = "subscription.renewed"
TIER_CHANGED = "subscription.tier_changed"
CANCELLED = "subscription.cancelled"
REFUNDED = "subscription.refunded"

# Of events of one moment the later in this list is the newer one.
KINDS = (PAID, RENEWED, TIER_CHANGED, CANCELLED, REFUNDED)
Said = Message[SubscriptionData]


class Payment(NamedTuple):
    """``unused`` is a payment id that has bought nothing yet; ``bought`` the subscription that it had bought."""

    unused: str | None = None
    bought: str | None = None


async def apply(act: Act, said: Said) -> Outcome:
    """Make the subscription what the provider says it is, unless something newer was said or done.

    Raises:
        Invalid: somebody subscribes to themselves.
        Missing: there is no such creator.
        Conflict: the provider's id belongs to another pair of people, or the payment has paid for something else.
    """
    data = said.data
    await paying.check_creator(act, data.creator_id)
    await _check_pair(act, data)
    moment = Moment(said.created_at, data.version, KINDS.index(said.type))
    is_newest_word = await is_newest(act.connection, "subscription", data.subscription_id, moment)
    payment = await _payment(act, said)
    target = _target(act, said)
    # Locked before it is looked at: what is paid here at the same time waits, or has been.
    before = await subscription.lock_pair(act.connection, data.user_id, data.creator_id)
    if before is None and is_newest_word and not await subscription.insert(act.connection, target):
        before = await subscription.lock_pair(act.connection, data.user_id, data.creator_id)
    result = _settled(said, before, target, payment.bought, act.now) if is_newest_word else None
    if payment.unused is not None:
        await _note(act, payment.unused, result, before, target)
    if result is None:
        return "overtaken"
    await subscription.save(act.connection, result)
    await _tell(act, before, result)
    return "applied"


async def _check_pair(act: Act, data: SubscriptionData) -> None:
    columns = tables.subscription.c
    statement = select(columns.user_id, columns.creator_id).where(columns.provider_id == data.subscription_id)
    row = (await act.connection.execute(statement)).one_or_none()
    if row is not None and tuple(row) != (data.user_id, data.creator_id):
        raise Conflict("data.subscriptionId: this subscription is of somebody else, or to somebody else.")


async def _payment(act: Act, said: Said) -> Payment:
    """Use up the payment id, so that sending it to ``process-payment`` as well buys nothing: no second period,
    and none after a refund.
    """
    data = said.data
    if data.payment_id is None:
        return Payment()
    try:
        if await paying.note_payment(act, Order(data.creator_id, data.tier, data.payment_id)):
            return Payment(unused=data.payment_id)
    except Conflict:
        # It opens nothing a second time; but what ends must end, whatever the payment was sent for before.
        if _target(act, said).gives_access(act.now):
            raise
        return Payment()
    columns = tables.payment.c
    statement = select(columns.subscription_id).where(
        columns.id == data.payment_id, columns.user_id == data.user_id, columns.creator_id == data.creator_id
    )
    return Payment(bought=(await act.connection.execute(statement)).scalar_one_or_none())


def _target(act: Act, said: Said) -> Subscription:
    """The subscription as the provider has it, as if it were new here."""
    data = said.data
    found = Subscription(
        act.new_id(),
        data.user_id,
        data.creator_id,
        data.tier,
        act.now,
        data.valid_until,
        provider_id=data.subscription_id,
    )
    if said.type == REFUNDED:
        return found.ended(State.REFUNDED, act.now)
    if said.type == CANCELLED and not data.cancel_at_period_end:
        return found.ended(State.CANCELLED, act.now)
    return replace(found, state=State.ENDING if data.cancel_at_period_end else State.ACTIVE)


def _settled(
    said: Said, held: Subscription | None, target: Subscription, bought: str | None, now: datetime
) -> Subscription | None:
    """What the pair's subscription becomes; None: what was said changes nothing of it."""
    if held is None:
        return target
    same = replace(target, id=held.id, created_at=held.created_at, changed_at=held.changed_at)
    if held.provider_id == target.provider_id or (held.provider_id is None and held.id == bought):
        was_changed_since = held.changed_at is not None and said.created_at < held.changed_at
        return None if was_changed_since else same
    if not target.gives_access(now):
        # The end of another one, which is not the one that runs.
        return None
    if not held.gives_access(now):
        return target
    return replace(same, valid_until=max(held.valid_until, target.valid_until))


async def _note(
    act: Act, payment_id: str, result: Subscription | None, held: Subscription | None, target: Subscription
) -> None:
    """Keep what the payment bought, also where something newer has been said of it since."""
    if result is not None:
        await paying.note_bought(act, payment_id, result)
    elif held is not None and held.provider_id == target.provider_id:
        bought = replace(target, id=held.id, created_at=held.created_at)
        await paying.note_bought(act, payment_id, bought)


async def _tell(act: Act, before: Subscription | None, result: Subscription) -> None:
    await announcing.access(act, before, result)
    # A renewal after a lapse is no new subscriber; one that we first heard of by its end is.
    known = before is not None and before.id == result.id and before.state in RUNNING
    if result.gives_access(act.now) and not known:
        await announcing.new_subscriber(act, result)
