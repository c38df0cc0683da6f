"""What a paid redemption opens: the subscription or the post that was on sale."""

from __future__ import annotations

from fanwire.platform.act import Act
from fanwire.platform.flash_sales.sale import Sale
from fanwire.platform.purchases import purchase
from fanwire.platform.purchases.requests import NewPurchase
from fanwire.platform.requests import NewPayment
from fanwire.platform.subscriptions import paying


async def fulfil(act: Act, sale: Sale, payment_id: str) -> None:
    """Give the caller what they have paid the lower price for, as if it had been bought without a sale.

    Raises:
        Problem: it cannot be had (any more): of ``purchase.buy`` and ``paying.pay``.
    """
    if sale.post_id is not None:
        bought = NewPurchase.model_validate({"paymentId": payment_id})
        await purchase.buy(act, sale.post_id, bought, price=sale.discounted_price)
        return
    paid = {"creatorId": sale.creator_id, "tier": sale.tier, "paymentId": payment_id}
    await paying.pay(act, NewPayment.model_validate(paid))
