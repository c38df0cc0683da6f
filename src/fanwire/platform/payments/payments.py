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
from fanwire.platform.payments import giving_back, use
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
from fanwire.platform.payments.order import PAID, is_newest
from fanwire.platform.purchases import purchase
from fanwire.platform.purchases.requests import NewPurchase
from fanwire.platform.tips import tip
from fanwire.platform.tips.requests import NewTip
from fanwire.settings import TipSettings


async def purchase_paid(act: Act, said: Message[PurchaseData]) -> Outcome:
    """A post was paid for; of one that was paid back meanwhile nothing comes. Raises as ``purchase.buy`` does."""
    data = said.data
    await use.claim(act.connection, data.payment_id, "purchase")
    if not await is_newest(act.connection, purchase.OBJECT, data.payment_id, PAID):
        return "overtaken"
    body = {"paymentId": data.payment_id, "amount": data.amount, "currency": data.currency}
    await purchase.buy(act, data.post_id, NewPurchase.model_validate(body))
    return "applied"


async def message_paid(act: Act, said: Message[MessageData]) -> Outcome:
    """The text is unlocked. Raises as ``messages.purchases.buy`` does."""
    data = said.data
    if await use.is_returned(act.connection, data.payment_id):
        return "overtaken"
    body = MessagePayment.model_validate({"paymentId": data.payment_id})
    await message_purchases.buy(act, data.conversation_id, data.message_id, body)
    return "applied"


async def auction_paid(act: Act, said: Message[AuctionData]) -> Outcome:
    """The post is the winner's to read. Raises as ``auctions.paying.pay`` does."""
    if await use.is_returned(act.connection, said.data.payment_id):
        return "overtaken"
    body = AuctionPayment.model_validate({"paymentId": said.data.payment_id})
    await auction_paying.pay(act, said.data.post_id, body)
    return "applied"


async def auction_deposit_paid(act: Act, said: Message[AuctionData]) -> Outcome:
    """The bidder need not name it when they bid. Raises as ``auctions.bids.deposit`` does."""
    if await use.is_returned(act.connection, said.data.payment_id):
        return "overtaken"
    await bids.deposit(act, said.data.post_id, said.data.payment_id)
    return "applied"


async def flash_sale_paid(act: Act, said: Message[FlashSaleData]) -> Outcome:
    """What the sale sells is opened. Raises as ``flash_sales.redemption.redeem`` does."""
    if await use.is_returned(act.connection, said.data.payment_id):
        return "overtaken"
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


async def refunded(act: Act, said: Message[RefundData], unknown: use.Use) -> Outcome:
    """What the payment has opened closes, whatever it was; ``unknown`` is what it is for if nothing is known of it."""
    return "applied" if await giving_back.give_back(act, said.data.payment_id, unknown) else "overtaken"
