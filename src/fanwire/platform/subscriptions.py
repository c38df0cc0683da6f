"""Subscriptions: a completed payment opens a creator's locked posts for thirty days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from fanwire.events.access import grant_access
from fanwire.events.creators import notify_new_subscription
from fanwire.events.notifications import send_notification
from fanwire.platform import tables, users
from fanwire.platform.act import Act
from fanwire.platform.answers import SubscriptionAnswer
from fanwire.platform.problems import Conflict, Invalid, Missing
from fanwire.platform.requests import NewPayment, Tier
from fanwire.platform.rows import insert_new

PERIOD = timedelta(days=30)
_COLUMNS = tables.subscription.c


@dataclass(frozen=True)
class Subscription:
    """One row of ``platform_subscription``."""

    id: str
    user_id: str
    creator_id: str
    tier: Tier
    created_at: datetime
    valid_until: datetime

    def answer(self, now: datetime) -> SubscriptionAnswer:
        return SubscriptionAnswer(**vars(self), is_active=self.valid_until > now)


async def pay(act: Act, body: NewPayment) -> SubscriptionAnswer:
    """Take a completed payment: subscribe, or prolong what runs. The same ``paymentId`` again buys nothing again.

    The creator is told of a new subscription, not of each renewal; coming back after a lapse is new.

    Raises:
        Invalid: somebody subscribes to themselves.
        Missing: there is no such creator.
        Conflict: the payment id was used for something else.
    """
    await _check_creator(act, body.creator_id)
    payment_id = body.payment_id or act.new_id()
    if not await insert_new(act.connection, tables.payment, _payment(act, body, payment_id)):
        return (await _bought(act, body, payment_id)).answer(act.now)
    subscription, is_new = await _prolong(act, body)
    await act.connection.execute(
        update(tables.payment)
        .where(tables.payment.c.id == payment_id)
        .values(
            subscription_id=subscription.id,
            subscribed_at=subscription.created_at,
            valid_until=subscription.valid_until,
        )
    )
    await _announce(act, subscription, is_new)
    return subscription.answer(act.now)


async def _check_creator(act: Act, creator_id: str) -> None:
    if creator_id == act.user.id:
        raise Invalid("creatorId: nobody subscribes to themselves; name another creator.")
    creator = await users.find(act.connection, creator_id)
    if creator is None or not creator.is_creator:
        raise Missing(f"There is no creator '{creator_id}'; a user becomes one by publishing a post.")


def _payment(act: Act, body: NewPayment, payment_id: str) -> dict[str, object]:
    return {
        "id": payment_id,
        "user_id": act.user.id,
        "creator_id": body.creator_id,
        "tier": body.tier,
        "subscription_id": "",
        "subscribed_at": act.now,
        "valid_until": act.now,
        "created_at": act.now,
    }


async def _bought(act: Act, body: NewPayment, payment_id: str) -> Subscription:
    """What this payment bought when it came first."""
    columns = tables.payment.c
    statement = select(
        columns.subscription_id,
        columns.user_id,
        columns.creator_id,
        columns.tier,
        columns.subscribed_at,
        columns.valid_until,
    ).where(columns.id == payment_id)
    bought = Subscription(*(await act.connection.execute(statement)).one())
    if (bought.user_id, bought.creator_id, bought.tier) != (act.user.id, body.creator_id, body.tier):
        raise Conflict("This paymentId has paid for something else; a new payment has an id of its own.")
    return bought


async def _prolong(act: Act, body: NewPayment) -> tuple[Subscription, bool]:
    """Write the subscription that the payment leads to; true if it is a new one."""
    fresh = Subscription(act.new_id(), act.user.id, body.creator_id, body.tier, act.now, act.now + PERIOD)
    if await insert_new(act.connection, tables.subscription, vars(fresh)):
        return fresh, True
    # Locked: two payments at once must add up to two periods.
    held = await act.connection.execute(
        select(_COLUMNS.id, _COLUMNS.created_at, _COLUMNS.valid_until)
        .where(_COLUMNS.user_id == act.user.id, _COLUMNS.creator_id == body.creator_id)
        .with_for_update()
    )
    old_id, since, until = held.one()
    is_new = until <= act.now
    result = fresh if is_new else replace(fresh, id=old_id, created_at=since, valid_until=until + PERIOD)
    await act.connection.execute(
        update(tables.subscription)
        .where(_COLUMNS.user_id == act.user.id, _COLUMNS.creator_id == body.creator_id)
        .values(**vars(result))
    )
    return result, is_new


async def _announce(act: Act, subscription: Subscription, is_new: bool) -> None:
    await grant_access(
        subscription.user_id,
        f"creator:{subscription.creator_id}",
        tier=subscription.tier,
        until=subscription.valid_until,
        session=act.connection,
    )
    if not is_new:
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
