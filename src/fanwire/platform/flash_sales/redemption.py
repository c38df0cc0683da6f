"""Redeeming a sale: one per user, never more than there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.flash_sales import notify_flash_sale_updated
from fanwire.platform import blocks
from fanwire.platform.act import Act
from fanwire.platform.answers import Success
from fanwire.platform.flash_sales import sale as sales
from fanwire.platform.flash_sales import tables
from fanwire.platform.flash_sales.answers import RedemptionAnswer
from fanwire.platform.flash_sales.fulfilment import fulfil
from fanwire.platform.flash_sales.problems import OwnSale, RedemptionPaid, SaleEnded, SaleNotStarted, SoldOut
from fanwire.platform.flash_sales.requests import NewRedemption
from fanwire.platform.flash_sales.sale import FIELDS, Sale
from fanwire.platform.payments import use
from fanwire.platform.problems import Conflict, Missing
from fanwire.platform.rows import insert_new
from fanwire.platform.timers import cancel, set_timer

EXPIRY = "flash_redemption_expiry"
# How long somebody may take to pay for what is reserved for them.
RESERVED_FOR = timedelta(minutes=10)

_SALE = tables.sale.c
_COLUMNS = tables.redemption.c
_ROW = (
    _COLUMNS.id,
    _COLUMNS.sale_id,
    _COLUMNS.user_id,
    _COLUMNS.created_at,
    _COLUMNS.expires_at,
    _COLUMNS.paid_at,
    _COLUMNS.payment_id,
)


@dataclass(frozen=True)
class Redemption:
    """One row of ``platform_flash_redemption``."""

    id: str
    sale_id: str
    user_id: str
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None = None
    payment_id: str | None = None

    def answer(self, sale: Sale) -> RedemptionAnswer:
        paid = self.paid_at is not None
        return RedemptionAnswer.model_validate(
            {
                **vars(self),
                "status": "paid" if paid else "reserved",
                "percent": sale.percent,
                "amount": sale.discounted_price,
                "currency": sale.currency,
                "expires_at": None if paid else self.expires_at,
            }
        )


async def redeem(act: Act, sale_id: str, body: NewRedemption) -> RedemptionAnswer:
    """Reserve one, or pay for it. Who has one already is answered with it.

    Raises:
        Missing: there is no such sale, or its post is deleted.
        OwnSale: it is the caller's.
        Blocked: its creator has blocked the caller, or the other way round.
        SaleNotStarted, SaleEnded, SoldOut: there is nothing to have, now or any more.
        Conflict: the payment was used for something else.
    """
    sale = await sales.find(act.connection, sale_id)
    if sale.creator_id == act.user.id:
        raise OwnSale("This sale is the caller's own; it is for others.")
    held = await _held(act.connection, sale_id, act.user.id) or await _reserve(act, sale)
    if body.payment_id is not None:
        held = await _pay(act, sale, held, body.payment_id)
    return held.answer(sale)


async def give_back(act: Act, sale_id: str) -> Success:
    """The caller's payment failed, or they do not want it: the next one may have it.

    Raises:
        Missing: the caller has none.
        RedemptionPaid: it is paid.
    """
    held = await _held(act.connection, sale_id, act.user.id)
    if held is None:
        raise Missing(f"There is no redemption of '{sale_id}' to give back; it may have expired.")
    if held.paid_at is not None:
        raise RedemptionPaid("This redemption is paid; the payment provider refunds it.")
    await release(act.connection, held)
    await cancel(act.connection, EXPIRY, held.id)
    return Success()


async def release(connection: AsyncConnection, held: Redemption) -> None:
    """Delete a reservation whose row the caller has locked; what remains of the sale rises by one."""
    await connection.execute(delete(tables.redemption).where(_COLUMNS.id == held.id))
    statement = update(tables.sale).where(_SALE.id == held.sale_id).values(redeemed=_SALE.redeemed - 1)
    sale = Sale(**(await connection.execute(statement.returning(*FIELDS))).one()._mapping)
    if sale.ended_at is None:
        await notify_flash_sale_updated(sale, session=connection)


async def lock(connection: AsyncConnection, redemption_id: str) -> Redemption | None:
    """The redemption, held until the end of the transaction."""
    statement = select(*_ROW).where(_COLUMNS.id == redemption_id).with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Redemption(*row)


async def _held(connection: AsyncConnection, sale_id: str, user_id: str) -> Redemption | None:
    statement = select(*_ROW).where(_COLUMNS.sale_id == sale_id, _COLUMNS.user_id == user_id).with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Redemption(*row)


async def _reserve(act: Act, sale: Sale) -> Redemption:
    now = await act.server_now()
    # First: of a crowd most come too late, and that is all they need to know.
    _check(sale, now)
    await blocks.demand(act.connection, sale.creator_id, act.user.id)
    fresh = Redemption(act.new_id(), sale.id, act.user.id, now, now + RESERVED_FOR)
    if not await insert_new(act.connection, tables.redemption, vars(fresh)):
        # Another request of the same user was first.
        held = await _held(act.connection, sale.id, act.user.id)
        if held is None:
            raise Conflict("This redemption was given back just now; send the request again.")
        return held
    await _count(act, sale)
    await set_timer(act.connection, EXPIRY, fresh.id, fresh.expires_at, new_id=act.new_id)
    return fresh


async def _count(act: Act, sale: Sale) -> None:
    """Take one of those that are left: the condition is looked at again under the row's lock, so none is sold twice."""
    now = await act.server_now()
    statement = (
        update(tables.sale)
        .where(
            _SALE.id == sale.id,
            _SALE.redeemed < _SALE.max_redemptions,
            _SALE.starts_at <= now,
            _SALE.ends_at > now,
            _SALE.ended_at.is_(None),
        )
        .values(redeemed=_SALE.redeemed + 1)
        .returning(*FIELDS)
    )
    row = (await act.connection.execute(statement)).one_or_none()
    if row is None:
        _check(await sales.find(act.connection, sale.id), await act.server_now())
        raise SoldOut("Everything of this sale is redeemed; what is not paid for may come back within minutes.")
    await notify_flash_sale_updated(Sale(**row._mapping), session=act.connection)


def _check(sale: Sale, now: datetime) -> None:
    status = sale.status(now)
    if status == "upcoming":
        raise SaleNotStarted(f"This sale begins at {sale.starts_at:%Y-%m-%dT%H:%M:%SZ}.")
    if status == "ended":
        raise SaleEnded(f"This sale ended at {sale.ends_at:%Y-%m-%dT%H:%M:%SZ}.")
    if sale.remaining <= 0:
        raise SoldOut("Everything of this sale is redeemed; what is not paid for may come back within minutes.")


async def _pay(act: Act, sale: Sale, held: Redemption, payment_id: str) -> Redemption:
    if held.paid_at is not None:
        if held.payment_id != payment_id:
            raise Conflict("This redemption is paid by another payment.")
        return held
    paid = replace(held, paid_at=await act.server_now(), payment_id=payment_id)
    statement = update(tables.redemption).where(_COLUMNS.id == held.id)
    try:
        await act.connection.execute(statement.values(paid_at=paid.paid_at, payment_id=paid.payment_id))
    except IntegrityError:
        raise use.UsedElsewhere from None
    await cancel(act.connection, EXPIRY, held.id)
    await fulfil(act, sale, payment_id)
    return paid
