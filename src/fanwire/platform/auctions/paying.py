"""Paying for what was won."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from fanwire.events.access import grant_access, revoke_access
from fanwire.events.notifications import retract_notification, send_notification
from fanwire.platform import blocks, posts
from fanwire.platform.act import Act
from fanwire.platform.auctions import auction as auctions
from fanwire.platform.auctions import deposits, wording
from fanwire.platform.auctions.answers import AuctionAnswer
from fanwire.platform.auctions.auction import Auction
from fanwire.platform.auctions.problems import AuctionEnded, AuctionRunning, NotTheWinner, PaymentOverdue
from fanwire.platform.auctions.requests import AuctionPayment
from fanwire.platform.payments import use
from fanwire.platform.problems import Conflict


async def pay(act: Act, post_id: str, body: AuctionPayment) -> AuctionAnswer:
    """Take the winner's completed payment: the post is theirs to read. The same payment again changes nothing.

    Raises:
        Missing: there is no such post or no auction on it.
        AuctionRunning, AuctionEnded: nobody has won yet, or nobody has.
        NotTheWinner: somebody else has.
        Blocked: the author has blocked the winner, or the winner them.
        PaymentOverdue: the time to pay is over; the win passes on.
        Conflict: the payment was used for something else, or given back.
    """
    await posts.find(act.connection, post_id)
    auction = await auctions.lock_of_post(act.connection, post_id)
    now = await act.server_now()
    if auction.winner_id != act.user.id:
        raise _not_theirs(auction)
    if auction.status == "paid":
        if auction.payment_id != body.payment_id:
            raise Conflict("This auction is paid by another payment.")
        return auction.answer(now)
    if auction.payment_due_at is None or now >= auction.payment_due_at:
        raise PaymentOverdue("The time to pay is over; the win passes to the next bidder. Give the payment back.")
    await blocks.demand(act.connection, auction.seller_id, act.user.id)
    await use.take(act.connection, body.payment_id, "auction")
    paid = replace(auction, status="paid", payment_id=body.payment_id)
    try:
        await auctions.save(act.connection, paid)
    except IntegrityError:
        # It has paid for another auction.
        raise use.UsedElsewhere from None
    await deposits.settle(act.connection, paid, act.user.id, "applied", now)
    await grant_access(act.user.id, f"post:{post_id}", session=act.connection)
    await send_notification(
        paid.seller_id, wording.paid(paid, act.user.nickname), actor=act.user.id, session=act.connection
    )
    return paid.answer(now)


async def take_back(act: Act, payment_id: str) -> bool:
    """The payment was given back: the post closes to the winner, the author's item goes. False if that was done before.

    The post is not offered to anybody else: its author knows who bid, and may sell it as they like.
    """
    auction = await auctions.lock_paid_by(act.connection, payment_id)
    if auction is None or auction.status != "paid" or auction.winner_id is None:
        return False
    await auctions.save(act.connection, replace(auction, status="cancelled"))
    await revoke_access(auction.winner_id, f"post:{auction.post_id}", reason="refunded", session=act.connection)
    await retract_notification(auction.seller_id, wording.paid_key(auction), session=act.connection)
    return True


def _not_theirs(auction: Auction) -> Conflict | NotTheWinner:
    if auction.status == "active":
        return AuctionRunning("This auction is not closed yet; its winner is told.")
    if auction.winner_id is None:
        return AuctionEnded("This auction ended without a winner; there is nothing to pay.")
    return NotTheWinner("Only the winner pays, and the win has not passed to the caller.")
