"""Deposits: taken with a bidder's first bid, given back to all who did not win."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.notifications import send_notification
from fanwire.platform.act import Act
from fanwire.platform.auctions import tables, wording
from fanwire.platform.auctions.auction import Auction
from fanwire.platform.auctions.problems import DepositRequired
from fanwire.platform.payments import use
from fanwire.platform.rows import insert_new

_COLUMNS = tables.deposit.c


async def take(act: Act, auction: Auction, payment_id: str | None, now: datetime) -> None:
    """Keep the caller's deposit, unless the auction asks for none or has it.

    Raises:
        DepositRequired: no payment was named.
        Conflict: the payment was used for something else, or given back.
    """
    if not auction.deposit:
        return
    mine = select(_COLUMNS.id).where(_COLUMNS.auction_id == auction.id, _COLUMNS.user_id == act.user.id)
    if (await act.connection.execute(mine)).first() is not None:
        return
    if payment_id is None:
        raise DepositRequired(
            f"The first bid here takes a deposit of {auction.deposit} {auction.currency} (minor units): pay it, and "
            "send the bid with depositPaymentId. Who does not win has it back."
        )
    await use.take(act.connection, payment_id, "deposit")
    row = {
        "id": act.new_id(),
        "auction_id": auction.id,
        "user_id": act.user.id,
        "amount": auction.deposit,
        "payment_id": payment_id,
        "created_at": now,
    }
    if not await insert_new(act.connection, tables.deposit, row):
        # It is the deposit for another auction, or another request of the same bidder was faster.
        raise use.UsedElsewhere


async def refund(connection: AsyncConnection, auction: Auction, now: datetime, *, keep: str | None = None) -> None:
    """Give back what is held, but for the deposit of ``keep``, and tell each who gets theirs."""
    returned = await _settle(connection, auction, "refunded", now, _COLUMNS.user_id != (keep or ""))
    for user_id, deposit_id, amount in returned:
        await send_notification(
            user_id,
            wording.deposit_refunded(auction, deposit_id, amount),
            session=connection,
        )


async def settle(connection: AsyncConnection, auction: Auction, user_id: str, state: str, now: datetime) -> None:
    """The deposit of ``user_id``, if there is one, is ``applied`` to the price, or ``forfeited``."""
    await _settle(connection, auction, state, now, _COLUMNS.user_id == user_id)


async def _settle(
    connection: AsyncConnection, auction: Auction, state: str, now: datetime, whose: ColumnElement[bool]
) -> list[tuple[str, str, int]]:
    statement = (
        update(tables.deposit)
        .where(_COLUMNS.auction_id == auction.id, _COLUMNS.state == "held", whose)
        .values(state=state, settled_at=now)
        .returning(_COLUMNS.user_id, _COLUMNS.id, _COLUMNS.amount)
    )
    return sorted(tuple(row) for row in await connection.execute(statement))
