"""What people read about auctions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fanwire.platform.auctions.auction import Auction

# Currencies of the platform without minor units (ISO 4217: exponent 0); all others have a hundred to one.
_WHOLE = frozenset({"JPY"})


def spoken(amount: int, currency: str) -> str:
    """Minor units as people write them."""
    if currency in _WHOLE:
        return f"{amount:,} {currency}".replace(",", " ")
    whole, rest = divmod(amount, 100)
    digits = f"{whole:,}".replace(",", " ")
    return f"{digits},{rest:02d} {currency}" if rest else f"{digits} {currency}"


def collapse_key(auction: Auction) -> str:
    """Bids of one auction are one unread item."""
    return f"auction:{auction.id}"


def new_bid(auction: Auction, bid_id: str, nickname: str) -> dict[str, Any]:
    """For the author of the post."""
    return _bid(auction, bid_id, "Новая ставка", f"{nickname} ставит {_price(auction)}")


def outbid(auction: Auction, bid_id: str, nickname: str) -> dict[str, Any]:
    """For who held the highest bid before."""
    return _bid(auction, bid_id, "Вашу ставку перебили", f"{nickname} ставит {_price(auction)}")


def won(auction: Auction, due_at: datetime) -> dict[str, Any]:
    """For the winner, or for the runner-up to whom the win has passed."""
    title = "Вы выиграли аукцион" if auction.round == 1 else "Выигрыш перешёл к вам"
    message = f"Ваша ставка {_price(auction)}. Оплатите до {_time(due_at)}."
    return _item("AUCTION_WON", title, message, {**_offer(auction), "paymentDueAt": due_at.isoformat()})


def reminder(auction: Auction, reminder_id: str, due_at: datetime) -> dict[str, Any]:
    message = f"Оплатите {_price(auction)} до {_time(due_at)}, иначе выигрыш перейдёт к следующему."
    metadata = {**_offer(auction), "reminderId": reminder_id, "paymentDueAt": due_at.isoformat()}
    return _item("AUCTION_PAYMENT_REMINDER", "Оплатите выигрыш", message, metadata)


def deposit_refunded(auction: Auction, deposit_id: str, amount: int) -> dict[str, Any]:
    metadata = {
        "auctionId": auction.id,
        "postId": auction.post_id,
        "depositId": deposit_id,
        "amount": amount,
        "currency": auction.currency,
    }
    message = f"Вам вернули {spoken(amount, auction.currency)}"
    return _item("AUCTION_DEPOSIT_REFUNDED", "Залог возвращён", message, metadata)


def paid(auction: Auction, nickname: str) -> dict[str, Any]:
    """For the author of the post."""
    metadata = {**_offer(auction), "purchaseId": auction.id, "userId": auction.winner_id}
    return _item("POST_PURCHASE", "Аукцион оплачен", f"{nickname} оплатил {_price(auction)}", metadata)


def paid_key(auction: Auction) -> str:
    """The natural key of that: a purchase is known by its id, here by the auction's."""
    return f"POST_PURCHASE:{auction.id}"


def _bid(auction: Auction, bid_id: str, title: str, message: str) -> dict[str, Any]:
    return _item("AUCTION_NEW_BID", title, message, {**_offer(auction), "bidId": bid_id, "userId": auction.leader_id})


def _offer(auction: Auction) -> dict[str, Any]:
    return {
        "auctionId": auction.id,
        "postId": auction.post_id,
        "amount": auction.price,
        "currency": auction.currency,
    }


def _item(kind: str, title: str, message: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "title": title, "message": message, "metadata": metadata}


def _price(auction: Auction) -> str:
    return spoken(auction.price or 0, auction.currency)


def _time(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H:%M} UTC"
