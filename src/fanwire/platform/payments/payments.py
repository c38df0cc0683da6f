"""What the provider says of single payments: for a post, or as a tip."""

from __future__ import annotations

from fanwire.platform.act import Act
from fanwire.platform.auctions import bids
from fanwire.platform.auctions import paying as auction_paying
from fanwire.platform.auctions.requests import AuctionPayment
from fanwire.platform.flash_sales import redemption
from fanwire.platform.flash_sales.requests import NewRedemption
from fanwire.platform.messages import purchases as message_purchases
from fanwire.platform.messages.requests import MessagePayment
from fanwire.platform.payments.messages import (
    AuctionData,
    FlashSaleData,
    Message,
    MessageData,
    Outcome,
    PurchaseData,
    RefundData,
    TipData,
)
from fanwire.platform.payments.order import PAID, REFUNDED, is_newest
from fanwire.platform.purchases import purchase
from fanwire.platform.purchases.requests import NewPurchase
from fanwire.platform.tips import tip
from fanwire.platform.tips.requests import NewTip
from fanwire.settings import TipSettings


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


async def message_paid(act: Act, said: Message[MessageData]) -> Outcome:
    """The text is unlocked. Raises as ``messages.purchases.buy`` does."""
    data = said.data
    body = MessagePayment.model_validate({"paymentId": data.payment_id})
    await message_purchases.buy(act, data.conversation_id, data.message_id, body)
    return "applied"


async def auction_paid(act: Act, said: Message[AuctionData]) -> Outcome:
    """The post is the winner's to read. Raises as ``auctions.paying.pay`` does."""
    body = AuctionPayment.model_validate({"paymentId": said.data.payment_id})
    await auction_paying.pay(act, said.data.post_id, body)
    return "applied"


async def auction_deposit_paid(act: Act, said: Message[AuctionData]) -> Outcome:
    """The bidder need not name it when they bid. Raises as ``auctions.bids.deposit`` does."""
    await bids.deposit(act, said.data.post_id, said.data.payment_id)
    return "applied"


async def flash_sale_paid(act: Act, said: Message[FlashSaleData]) -> Outcome:
    """What the sale sells is opened. Raises as ``flash_sales.redemption.redeem`` does."""
    body = NewRedemption.model_validate({"paymentId": said.data.payment_id})
    await redemption.redeem(act, said.data.sale_id, body)
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
