"""One payment pays for one thing, whoever says first what for. Given back, it pays for nothing more.

Every way to pay claims its payment here in its own transaction, before the provider's word on it is looked at
(``order``) and before anything that it buys is locked, but for the auction or the redemption that it pays for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform.payments.tables import payment_use
from fanwire.platform.problems import Conflict
from fanwire.platform.rows import insert_new

# "nothing" is a payment that was given back before anybody said what it was for.
Use = Literal["subscription", "purchase", "tip", "message", "auction", "deposit", "nothing"]

_COLUMNS = payment_use.c


class UsedElsewhere(Conflict):
    """The payment has paid for something else."""

    def __init__(self) -> None:
        super().__init__("This paymentId has paid for something else; a new payment has an id of its own.")


async def claim(connection: AsyncConnection, payment_id: str, use: Use) -> None:
    """Take a payment for ``use``; what else wants it waits until the end of the transaction.

    Of one use twice (two posts by one payment) only the table of what was bought knows.

    Raises:
        UsedElsewhere: it has paid for something of another kind.
        Conflict: it was given back before it paid for anything.
    """
    if await insert_new(connection, payment_use, {"payment_id": payment_id, "kind": use}):
        return
    # Without the lock: who does not get it must not wait, holding what it was to pay for.
    kind = (await connection.execute(select(_COLUMNS.kind).where(_is(payment_id)))).scalar_one()
    if kind == "nothing":
        raise _given_back()
    if kind != use:
        raise UsedElsewhere
    await _lock(connection, payment_id)


async def take(connection: AsyncConnection, payment_id: str, use: Use) -> None:
    """``claim`` of a payment that was not given back since, either.

    Raises:
        UsedElsewhere: it has paid for something of another kind.
        Conflict: it was given back.
    """
    await claim(connection, payment_id, use)
    if await is_returned(connection, payment_id):
        raise _given_back()


async def give_back(connection: AsyncConnection, payment_id: str, use: Use, now: datetime) -> Use:
    """Note that a payment was given back, and return what it has paid for: ``use`` if nothing was known of it."""
    await insert_new(connection, payment_use, {"payment_id": payment_id, "kind": use})
    kind = await _lock(connection, payment_id)
    await connection.execute(update(payment_use).where(_is(payment_id)).values(returned_at=now))
    return kind


async def is_returned(connection: AsyncConnection, payment_id: str) -> bool:
    """Whether it was given back."""
    statement = select(_COLUMNS.payment_id).where(_is(payment_id), _COLUMNS.returned_at.is_not(None))
    return (await connection.execute(statement)).first() is not None


async def _lock(connection: AsyncConnection, payment_id: str) -> Use:
    statement = select(_COLUMNS.kind).where(_is(payment_id)).with_for_update()
    kind: Use = (await connection.execute(statement)).scalar_one()
    return kind


def _is(payment_id: str) -> ColumnElement[bool]:
    return _COLUMNS.payment_id == payment_id


def _given_back() -> Conflict:
    return Conflict("This payment was given back before it bought anything; a new payment has an id of its own.")
