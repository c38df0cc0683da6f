"""Buying a locked post, and giving it back: one purchase is held per user and post, and one payment buys once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.access import grant_access, revoke_access
from fanwire.events.notifications import retract_notification, send_notification
from fanwire.platform import blocks, posts
from fanwire.platform.act import Act
from fanwire.platform.payments import use
from fanwire.platform.payments.order import PAID, REFUNDED, is_newest
from fanwire.platform.payments.tables import provider_object
from fanwire.platform.posts import Post
from fanwire.platform.problems import AlreadyPurchased, Conflict, Invalid, NotForSale, PriceChanged
from fanwire.platform.purchases.answers import PurchaseAnswer
from fanwire.platform.purchases.requests import NewPurchase
from fanwire.platform.purchases.tables import purchase
from fanwire.platform.rows import insert_new

# What a payment for a post is called among the provider's objects.
OBJECT = "purchase"
_COLUMNS = purchase.c
_FIELDS = (
    _COLUMNS.id,
    _COLUMNS.payment_id,
    _COLUMNS.user_id,
    _COLUMNS.post_id,
    _COLUMNS.creator_id,
    _COLUMNS.amount,
    _COLUMNS.currency,
    _COLUMNS.created_at,
    _COLUMNS.refunded_at,
)


@dataclass(frozen=True)
class Purchase:
    """One row of ``platform_purchase``; ``amount`` is in minor units."""

    id: str
    payment_id: str
    user_id: str
    post_id: str
    creator_id: str
    amount: int
    currency: str
    created_at: datetime
    refunded_at: datetime | None = None

    @property
    def resource(self) -> str:
        """What it opens."""
        return f"post:{self.post_id}"

    @property
    def notice(self) -> str:
        """The natural key of what the author is told."""
        return f"POST_PURCHASE:{self.id}"

    def answer(self) -> PurchaseAnswer:
        return PurchaseAnswer.model_validate(vars(self))


async def buy(act: Act, post_id: str, body: NewPurchase, *, price: int | None = None) -> PurchaseAnswer:
    """Take a completed payment for a post: it opens on all devices of the buyer, and its author is told.

    ``price`` is what it costs this buyer, where that is less than the post's own (a flash sale).
    The same ``paymentId`` again, or none for a post that is held, is answered with the purchase that there is.

    Raises:
        Missing: there is no such post, or it is deleted.
        Invalid: it is the buyer's own.
        NotForSale: it has no price, or is open.
        Blocked: its author has blocked the buyer, or the buyer them.
        PriceChanged: something else was paid than it costs.
        AlreadyPurchased: the buyer holds it by another payment.
        Conflict: the payment id was used for something else, or the payment was given back before.
    """
    paid = await _one(act.connection, _COLUMNS.payment_id == body.payment_id) if body.payment_id else None
    if paid is None:
        post = await posts.find(act.connection, post_id)
        bought = _bought(act, post, body, price)
        await blocks.demand(act.connection, post.creator_id, act.user.id)
        if body.payment_id is not None:
            await _check_payment(act.connection, body.payment_id)
        if await insert_new(act.connection, purchase, vars(bought)):
            await _announce(act, bought)
            return bought.answer()
        paid = await _before(act, post_id, body)
    if (paid.user_id, paid.post_id) != (act.user.id, post_id):
        raise use.UsedElsewhere
    return paid.answer()


async def refund(connection: AsyncConnection, payment_id: str, now: datetime) -> Purchase | None:
    """A payment was given back: the post closes, unless a subscription opens it, and the author's item goes.

    Returns:
        The purchase; None, with nothing done, if this payment bought no post or was given back before.
    """
    statement = (
        update(purchase)
        .where(_COLUMNS.payment_id == payment_id, _COLUMNS.refunded_at.is_(None))
        .values(refunded_at=now)
        .returning(*_FIELDS)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    returned = Purchase(*row)
    await revoke_access(returned.user_id, returned.resource, reason="refunded", session=connection)
    await retract_notification(returned.creator_id, returned.notice, session=connection)
    return returned


def _bought(act: Act, post: Post, body: NewPurchase, price: int | None) -> Purchase:
    """The purchase to be, if the post can be bought for what was paid."""
    if post.creator_id == act.user.id:
        raise Invalid("Nobody buys their own post; it is open to you.")
    if not post.is_locked or not post.price:
        state = "has no price" if post.is_locked else "is open to everybody"
        raise NotForSale(f"This post {state}; GET /api/posts/{post.id} says what it costs.")
    cost = post.price if price is None else price
    if body.amount is not None and (body.amount, body.currency or post.currency) != (cost, post.currency):
        raise PriceChanged(
            f"The post costs {cost} {post.currency} (minor units). Give the payment back, and pay the new price."
        )
    return Purchase(
        id=(new_id := act.new_id()),
        payment_id=body.payment_id or new_id,
        user_id=act.user.id,
        post_id=post.id,
        creator_id=post.creator_id,
        amount=cost,
        currency=post.currency,
        created_at=act.now,
    )


async def _check_payment(connection: AsyncConnection, payment_id: str) -> None:
    await use.claim(connection, payment_id, "purchase")
    # The provider's word on the payment is locked, so that a refund waits, or has come before.
    await is_newest(connection, OBJECT, payment_id, PAID)
    said = provider_object.c
    refunded = select(said.id).where(said.kind == OBJECT, said.id == payment_id, said.rank >= REFUNDED.rank)
    if (await connection.execute(refunded)).first() is not None:
        raise Conflict("This payment was given back before it bought anything; a new payment has an id of its own.")


async def _before(act: Act, post_id: str, body: NewPurchase) -> Purchase:
    """What kept ours from being inserted: the same payment, else another purchase of the post by this user."""
    if body.payment_id is not None:
        paid = await _one(act.connection, _COLUMNS.payment_id == body.payment_id)
        if paid is not None:
            return paid
        raise AlreadyPurchased("You hold this post by another payment. Give this one back; nothing was bought with it.")
    held = (_COLUMNS.user_id == act.user.id) & (_COLUMNS.post_id == post_id) & _COLUMNS.refunded_at.is_(None)
    found = await _one(act.connection, held)
    if found is None:
        raise Conflict("The purchase that you held was given back just now; send this again to buy the post again.")
    return found


async def _one(connection: AsyncConnection, condition: ColumnElement[bool]) -> Purchase | None:
    row = (await connection.execute(select(*_FIELDS).where(condition))).one_or_none()
    return None if row is None else Purchase(*row)


async def _announce(act: Act, bought: Purchase) -> None:
    await grant_access(bought.user_id, bought.resource, session=act.connection)
    await send_notification(
        bought.creator_id,
        {
            "type": "POST_PURCHASE",
            "title": "Новая покупка",
            "message": f"{act.user.nickname} купил ваш пост",
            "metadata": {
                "postId": bought.post_id,
                "purchaseId": bought.id,
                "userId": bought.user_id,
                "amount": bought.amount,
                "currency": bought.currency,
            },
        },
        actor=bought.user_id,
        session=act.connection,
    )
