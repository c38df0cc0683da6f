"""A completed payment opens a creator's locked posts for thirty days, or for thirty more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from fanwire.platform import tables, users
from fanwire.platform.act import Act
from fanwire.platform.blocks import block as blocks
from fanwire.platform.payments import use
from fanwire.platform.problems import Conflict, Invalid, Missing
from fanwire.platform.requests import NewPayment, Tier
from fanwire.platform.rows import insert_new
from fanwire.platform.subscriptions import announcing, subscription
from fanwire.platform.subscriptions.answers import SubscriptionAnswer
from fanwire.platform.subscriptions.lifecycle import RUNNING, State, Step, after
from fanwire.platform.subscriptions.requests import Renewal
from fanwire.platform.subscriptions.subscription import Subscription

PERIOD = timedelta(days=30)


@dataclass(frozen=True)
class Order:
    """What is paid for. A renewal (``renews``: the subscription's id) prolongs that one and nothing else."""

    creator_id: str
    tier: Tier
    payment_id: str
    renews: str | None = None


async def pay(act: Act, body: NewPayment) -> SubscriptionAnswer:
    """Take a completed payment: subscribe, or prolong what runs. The same ``paymentId`` again buys nothing again.

    The creator is told of a new subscription, not of each renewal; coming back after a lapse is new.

    Raises:
        Invalid: somebody subscribes to themselves.
        Missing: there is no such creator.
        Blocked: one of the two has blocked the other.
        Conflict: the payment id was used for something else.
    """
    await check_creator(act, body.creator_id)
    await blocks.demand(act.connection, body.creator_id, act.user.id)
    return await _take(act, Order(body.creator_id, body.tier, body.payment_id or act.new_id()))


async def renew(act: Act, subscription_id: str, body: Renewal) -> SubscriptionAnswer:
    """Take a payment for one more period of one's own running subscription; a cancellation is undone by it.

    Raises:
        Missing: it is not theirs, or there is none.
        WrongState: it does not run any more.
        Blocked: one of the two has blocked the other.
        Conflict: the payment id was used for something else.
    """
    found = await subscription.find(act.connection, subscription_id)
    if found.user_id != act.user.id:
        raise subscription.missing(subscription_id)
    await blocks.demand(act.connection, found.creator_id, act.user.id)
    return await _take(act, Order(found.creator_id, found.tier, body.payment_id or act.new_id(), found.id))


async def check_creator(act: Act, creator_id: str) -> None:
    """Raises: Invalid: it is the user. Missing: nobody of this id is a creator."""
    if creator_id == act.user.id:
        raise Invalid("creatorId: nobody subscribes to themselves; name another creator.")
    creator = await users.find(act.connection, creator_id)
    if creator is None or not creator.is_creator:
        raise Missing(f"There is no creator '{creator_id}'; a user becomes one by publishing a post.")


async def note_payment(act: Act, order: Order) -> bool:
    """Use up a payment id; false if it has been used for a subscription. ``bought`` then says for which.

    Raises:
        UsedElsewhere: it has paid for something else.
    """
    await use.claim(act.connection, order.payment_id, "subscription")
    row = {
        "id": order.payment_id,
        "user_id": act.user.id,
        "creator_id": order.creator_id,
        "tier": order.tier,
        "subscription_id": "",
        "subscribed_at": act.now,
        "valid_until": act.now,
        "created_at": act.now,
    }
    return await insert_new(act.connection, tables.payment, row)


async def note_bought(act: Act, payment_id: str, result: Subscription) -> None:
    """Keep what the payment bought."""
    values = {
        "subscription_id": result.id,
        "subscribed_at": result.created_at,
        "valid_until": result.valid_until,
        "tier": result.tier,
    }
    await act.connection.execute(update(tables.payment).where(tables.payment.c.id == payment_id).values(values))


async def bought(act: Act, order: Order) -> Subscription:
    """What this payment bought when it came first.

    Raises:
        Conflict: something else.
    """
    columns = tables.payment.c
    statement = select(
        columns.subscription_id,
        columns.user_id,
        columns.creator_id,
        columns.tier,
        columns.subscribed_at,
        columns.valid_until,
    ).where(columns.id == order.payment_id)
    found = Subscription(*(await act.connection.execute(statement)).one())
    if (found.user_id, found.creator_id, found.tier) != (act.user.id, order.creator_id, order.tier):
        raise Conflict("This paymentId has paid for something else; a new payment has an id of its own.")
    return found


async def _take(act: Act, order: Order) -> SubscriptionAnswer:
    if not await note_payment(act, order):
        return (await _as_it_is_now(act, await bought(act, order))).answer(act.now)
    before, result = await _prolong(act, order)
    await note_bought(act, order.payment_id, result)
    await announcing.access(act, before, result)
    if before is None or before.id != result.id:
        await announcing.new_subscriber(act, result)
    return result.answer(act.now)


async def _as_it_is_now(act: Act, then: Subscription) -> Subscription:
    """What was bought, but over if it is over meanwhile."""
    held = await subscription.lock_pair(act.connection, then.user_id, then.creator_id)
    if held is None or held.id != then.id:
        return then.ended(State.EXPIRED, act.now)
    return then if held.state in RUNNING else then.ended(held.state, held.valid_until)


async def _prolong(act: Act, order: Order) -> tuple[Subscription | None, Subscription]:
    """Write the subscription that the payment leads to; returns what was there, and what is now."""
    fresh = Subscription(act.new_id(), act.user.id, order.creator_id, order.tier, act.now, act.now + PERIOD)
    if order.renews is None and await subscription.insert(act.connection, fresh):
        return None, fresh
    # Locked: two payments at once must add up to two periods.
    held = await subscription.lock_pair(act.connection, act.user.id, order.creator_id)
    assert held is not None
    result = _result(held, fresh, order, act.now)
    await subscription.save(act.connection, result)
    return held, result


def _result(held: Subscription, fresh: Subscription, order: Order, now: datetime) -> Subscription:
    if order.renews is not None:
        if held.id != order.renews:
            raise subscription.missing(order.renews)
        after(held.state_at(now), Step.RENEW)
    elif not held.gives_access(now):
        return fresh
    return replace(held, tier=order.tier, valid_until=held.valid_until + PERIOD, state=State.ACTIVE, changed_at=now)
