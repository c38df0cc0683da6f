"""What happens to an auction by itself: it closes, its winner is reminded, and an unpaid win passes on.

Each handler locks the auction and looks whether it is still the moment: a late bid has moved the end, the winner has
paid, the win has passed to somebody else. No timer is cancelled for any of these.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import select

from fanwire.events.auctions import notify_auction_ended
from fanwire.events.notifications import send_notification
from fanwire.platform import tables as platform
from fanwire.platform.auctions import auction as auctions
from fanwire.platform.auctions import deposits, offers, wording
from fanwire.platform.auctions.auction import CLOSE, Auction
from fanwire.platform.auctions.offers import DUE, REMINDER, Subject
from fanwire.platform.blocks.block import has_blocked
from fanwire.platform.timers import Firing, Handlers
from fanwire.settings import AuctionSettings


async def _close(terms: AuctionSettings, firing: Firing) -> datetime | None:
    auction = await auctions.lock(firing.connection, firing.subject)
    if auction is None or auction.status != "active":
        return None
    now = await firing.server_now()
    if now < auction.ends_at:
        return auction.ends_at
    if await _post_is_gone(firing, auction):
        await _end_without_winner(firing, auction, "cancelled", now)
    elif auction.leader_id is None or auction.price is None:
        await _end_without_winner(firing, auction, "unsold", now)
    else:
        await offers.offer(firing, terms, auction, auction.leader_id, auction.price, now)
        await deposits.refund(firing.connection, auction, now, keep=auction.leader_id)
    return None


async def _remind(firing: Firing) -> datetime | None:
    auction = await _unpaid(firing)
    if auction is None or auction.winner_id is None or auction.payment_due_at is None:
        return None
    reminder = wording.reminder(auction, firing.subject, auction.payment_due_at)
    await send_notification(auction.winner_id, reminder, session=firing.connection)
    return None


async def _pass_on(terms: AuctionSettings, firing: Firing) -> datetime | None:
    """The winner did not pay: their deposit is lost to them, and the next one may have the post.

    Whom the author has blocked could not have read what they pay for, and has the deposit back.
    """
    auction = await _unpaid(firing)
    if auction is None or auction.winner_id is None:
        return None
    now = await firing.server_now()
    if await has_blocked(firing.connection, auction.seller_id, auction.winner_id):
        await deposits.refund(firing.connection, auction, now)
    else:
        await deposits.settle(firing.connection, auction, auction.winner_id, "forfeited", now)
    following = await offers.next_bidder(firing.connection, auction)
    if following is None:
        await _end_without_winner(firing, auction, "unsold", now)
    else:
        await offers.offer(firing, terms, auction, *following, now)
    return None


async def _unpaid(firing: Firing) -> Auction | None:
    """The auction of the timer, locked, if its round still waits for its payment; it ends if its post is deleted."""
    subject = Subject.read(firing.subject)
    auction = await auctions.lock(firing.connection, subject.auction_id)
    if auction is None or auction.status != "awaiting_payment" or auction.round != subject.round:
        return None
    if await _post_is_gone(firing, auction):
        # Nobody can pay for it, so nobody loses a deposit by not paying.
        await _end_without_winner(firing, auction, "cancelled", await firing.server_now())
        return None
    return auction


async def _end_without_winner(firing: Firing, auction: Auction, status: str, now: datetime) -> None:
    ended = replace(auction, status=status, winner_id=None, payment_due_at=None, closed_at=auction.closed_at or now)
    await auctions.save(firing.connection, ended)
    await deposits.refund(firing.connection, ended, now)
    await notify_auction_ended(auction.post_id, session=firing.connection)


async def _post_is_gone(firing: Firing, auction: Auction) -> bool:
    columns = platform.post.c
    statement = select(columns.deleted_at).where(columns.id == auction.post_id)
    return (await firing.connection.execute(statement)).scalar_one() is not None


def handlers(terms: AuctionSettings) -> Handlers:
    """What an auction's timers do, where winners pay by these ``terms``."""
    return {CLOSE: partial(_close, terms), REMINDER: _remind, DUE: partial(_pass_on, terms)}
