"""A completed payment pays for one thing."""

from __future__ import annotations

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import tables as platform
from fanwire.platform.auctions import tables
from fanwire.platform.problems import Conflict
from fanwire.platform.purchases.tables import purchase
from fanwire.platform.tips.tables import tip

# Where payments are kept: for auctions and their deposits, subscriptions, posts and tips.
_USED = (
    tables.auction.c.payment_id,
    tables.deposit.c.payment_id,
    platform.payment.c.id,
    purchase.c.payment_id,
    tip.c.payment_id,
)


async def demand_unused(connection: AsyncConnection, payment_id: str) -> None:
    """Raises: Conflict: the payment has paid for something."""
    uses = union_all(*(select(column).where(column == payment_id) for column in _USED))
    if (await connection.execute(uses)).first() is not None:
        raise used_elsewhere()


def used_elsewhere() -> Conflict:
    return Conflict("This paymentId has paid for something else; a new payment has an id of its own.")
