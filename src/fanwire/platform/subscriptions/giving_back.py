"""One payment for a subscription was given back: the period that it bought is taken away again."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from fanwire.platform import tables
from fanwire.platform.act import Act
from fanwire.platform.payments.order import REFUNDED, is_newest
from fanwire.platform.subscriptions import announcing, subscription
from fanwire.platform.subscriptions.lifecycle import State
from fanwire.platform.subscriptions.paying import PERIOD
from fanwire.platform.subscriptions.subscription import Subscription

# What a payment for a subscription is called among the provider's objects.
OBJECT = "payment"


async def take_back(act: Act, payment_id: str) -> bool:
    """Shorten the subscription that the payment bought or prolonged; false if that was done before.

    One that the provider bills is as ``subscription.refunded`` says; nothing is done here to it.
    """
    if not await is_newest(act.connection, OBJECT, payment_id, REFUNDED):
        return False
    columns = tables.payment.c
    statement = select(columns.subscription_id, columns.user_id, columns.creator_id).where(columns.id == payment_id)
    bought = (await act.connection.execute(statement)).one()
    held = await subscription.lock_pair(act.connection, bought.user_id, bought.creator_id)
    if held is None or held.id != bought.subscription_id or held.provider_id or not held.gives_access(act.now):
        return True
    result = replace(_shorter(act, held), changed_at=act.now)
    await subscription.save(act.connection, result)
    await announcing.access(act, held, result)
    return True


def _shorter(act: Act, held: Subscription) -> Subscription:
    until = held.valid_until - PERIOD
    return replace(held, valid_until=until) if until > act.now else held.ended(State.REFUNDED, act.now)
