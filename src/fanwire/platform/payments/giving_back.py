"""A payment was given back: whatever it bought is taken back, by what the register says that it was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fanwire.platform.act import Act
from fanwire.platform.auctions import paying as auction_paying
from fanwire.platform.messages import purchases as message_purchases
from fanwire.platform.payments import use
from fanwire.platform.payments.order import REFUNDED, is_newest
from fanwire.platform.payments.use import Use
from fanwire.platform.purchases import purchase
from fanwire.platform.subscriptions import giving_back as subscriptions
from fanwire.platform.tips import tip


async def give_back(act: Act, payment_id: str, unknown: Use) -> bool:
    """Close what the payment opened; false if that was done before.

    Of one that nothing is known of it is noted that it was given back: it will not buy anything as ``unknown``, nor
    as anything else.
    """
    kind = await use.give_back(act.connection, payment_id, unknown, act.now)
    return await _GIVEN_BACK[kind](act, payment_id)


async def _purchase(act: Act, payment_id: str) -> bool:
    if not await is_newest(act.connection, purchase.OBJECT, payment_id, REFUNDED):
        return False
    await purchase.refund(act.connection, payment_id, act.now)
    return True


async def _nothing(_act: Act, _payment_id: str) -> bool:
    """It bought nothing, or a deposit: that was given back because we asked for it."""
    return True


_GIVEN_BACK: dict[Use, Callable[[Act, str], Awaitable[bool]]] = {
    "purchase": _purchase,
    "tip": tip.take_back,
    "message": message_purchases.take_back,
    "auction": auction_paying.take_back,
    "subscription": subscriptions.take_back,
    "deposit": _nothing,
    "nothing": _nothing,
}
