"""What the provider says of single payments: for a post, or as a tip."""

from __future__ import annotations

from fanwire.platform.act import Act
from fanwire.platform.payments.messages import Message, Outcome, PurchaseData, RefundData, TipData
from fanwire.platform.payments.order import PAID, REFUNDED, is_newest
from fanwire.platform.purchases import purchase
from fanwire.platform.purchases.requests import NewPurchase
from fanwire.platform.tips import tip
from fanwire.platform.tips.requests import NewTip
from fanwire.settings import TipSettings

purchase.OBJECT = purchase.OBJECT


async def purchase_paid(act: Act, said: Message[PurchaseData]) -> Outcome:
    """A post was paid for; of one that was paid back meanwhile nothing comes. Raises as ``purchase.buy`` does."""
    data = said.data
    if not await is_newest(act.connection, purchase.OBJECT, data.payment_id, PAID):
        return "overtaken"
    body = {"paymentId": data.payment_id, "amount": data.amount, "currency": data.currency}
    await purchase.buy(act, data.post_id, NewPurchase.model_validate(body))
    return "applied"


async def purchase_refunded(act: Act, said: Message[RefundData]) -> Outcome:
    """The post closes."""
    if not await is_newest(act.connection, purchase.OBJECT, said.data.payment_id, REFUNDED):
        return "overtaken"
    await purchase.refund(act.connection, said.data.payment_id, act.now)
    return "applied"


async def tip_paid(act: Act, said: Message[TipData], limits: TipSettings) -> Outcome:
    """Raises as ``tip.give`` does."""
    data = said.data
    body = {
        "creatorId": data.creator_id,
        "amount": data.amount,
        "currency": data.currency,
        "paymentId": data.payment_id,
        "message": data.message,
        "postId": data.post_id,
    }
    return "applied" if await tip.accept(act, NewTip.model_validate(body), limits) else "overtaken"


async def tip_refunded(act: Act, said: Message[RefundData]) -> Outcome:
    """The tip goes."""
    return "applied" if await tip.take_back(act, said.data.payment_id) else "overtaken"
