"""Tips: one per payment, whoever says first that it was made, and none once it was given back."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform.act import Act
from fanwire.platform.payments import use
from fanwire.platform.payments.order import PAID, REFUNDED, is_newest
from fanwire.platform.problems import Conflict, Forbidden, Missing
from fanwire.platform.tips import announcing, earnings, rules, tables
from fanwire.platform.tips.answers import TipAnswer
from fanwire.platform.tips.requests import NewTip
from fanwire.settings import TipSettings

_COLUMNS = tables.tip.c
OBJECT = "tip"


@dataclass(frozen=True)
class Tip:
    """One row of ``platform_tip``; ``amount`` in minor units."""

    id: str
    payment_id: str
    user_id: str
    creator_id: str
    amount: int
    currency: str
    message: str | None
    post_id: str | None
    created_at: datetime
    refunded_at: datetime | None = None

    def answer(self) -> TipAnswer:
        return TipAnswer.model_validate(vars(self))


COLUMNS = tuple(_COLUMNS[field.name] for field in fields(Tip))


async def give(act: Act, body: NewTip, limits: TipSettings) -> TipAnswer:
    """``accept`` for the giver: the same ``paymentId`` again is answered with the tip that it was.

    Raises:
        Conflict: the payment was used for something else or another tip, or was given back before.
    """
    return (await accept(act, body, limits) or await _known(act, body)).answer()


async def accept(act: Act, body: NewTip, limits: TipSettings) -> Tip | None:
    """Take a completed payment of the user as a tip; None, with nobody told, if the payment is known.

    Raises:
        UnknownCurrency, AmountOutOfLimits: by the settings in ``limits``.
        TipToOneself: it is for whom it is from.
        Blocked: one of the two has blocked the other.
        Missing: there is no such person or post.
        Conflict: the payment has paid for something else than a tip.
    """
    rules.check_money(body.amount, body.currency, limits)
    await rules.check_recipient(act, body.recipient, must_be_creator=body.creator_id is not None)
    if body.post_id is not None:
        await rules.check_post(act, body.recipient, body.post_id)
    await use.claim(act.connection, body.payment_id, "tip")
    # The word on the payment is locked first, here and by the provider's events: one of two racers waits.
    if not await is_newest(act.connection, OBJECT, body.payment_id, PAID):
        return None
    tip = _tip(act, body)
    await act.connection.execute(tables.tip.insert().values(vars(tip)))
    total = await earnings.add(act.connection, tip.creator_id, tip.currency, tip.amount)
    await announcing.given(act, tip, total)
    return tip


async def take_back(act: Act, payment_id: str) -> bool:
    """The payment was given back: the tip leaves the inbox and the earnings. False if that was known.

    Before the tip itself was heard of, this keeps it from being one.
    """
    await use.give_back(act.connection, payment_id, "tip", act.now)
    if not await is_newest(act.connection, OBJECT, payment_id, REFUNDED):
        return False
    statement = (
        update(tables.tip).where(_COLUMNS.payment_id == payment_id).values(refunded_at=act.now).returning(*COLUMNS)
    )
    row = (await act.connection.execute(statement)).one_or_none()
    if row is not None:
        tip = Tip(*row)
        total = await earnings.add(act.connection, tip.creator_id, tip.currency, -tip.amount)
        await announcing.taken_back(act, tip, total)
    return True


async def refund(act: Act, tip_id: str) -> TipAnswer:
    """Give a received tip back. A second time changes nothing.

    Raises:
        Missing: it is nothing of theirs.
        Forbidden: the giver asks, who has to ask the receiver.
    """
    tip = await _one(act.connection, _COLUMNS.id == tip_id)
    if tip is None or act.user.id not in {tip.creator_id, tip.user_id}:
        raise Missing(f"You have received no tip '{tip_id}'. GET /api/tips lists those you have.")
    if tip.creator_id != act.user.id:
        raise Forbidden("Only who received a tip gives it back: ask them.")
    await take_back(act, tip.payment_id)
    return replace(tip, refunded_at=tip.refunded_at or act.now).answer()


def _tip(act: Act, body: NewTip) -> Tip:
    return Tip(
        act.new_id(),
        body.payment_id,
        act.user.id,
        body.recipient,
        body.amount,
        body.currency,
        body.message,
        body.post_id,
        act.now,
    )


async def _one(connection: AsyncConnection, condition: ColumnElement[bool]) -> Tip | None:
    row = (await connection.execute(select(*COLUMNS).where(condition))).one_or_none()
    return None if row is None else Tip(*row)


async def _known(act: Act, body: NewTip) -> Tip:
    """The tip that this payment was."""
    found = await _one(act.connection, _COLUMNS.payment_id == body.payment_id)
    if found is None:
        raise Conflict("This payment was given back before it was used for a tip.")
    if (found.user_id, found.creator_id, found.amount, found.currency) != (
        act.user.id,
        body.recipient,
        body.amount,
        body.currency,
    ):
        raise Conflict("This paymentId has paid for another tip; a new payment has an id of its own.")
    return found
