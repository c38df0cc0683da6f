"""Offers to pay: to the winner, and after a default to the next one, in rounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.auctions import notify_auction_ended
from fanwire.events.notifications import send_notification
from fanwire.platform.auctions import auction as auctions
from fanwire.platform.auctions import tables, wording
from fanwire.platform.auctions.auction import Auction
from fanwire.platform.timers import Firing, set_timer
from fanwire.settings import AuctionSettings

DUE, REMINDER = "auction_payment_due", "auction_payment_reminder"
# The winner and two runners-up: whoever comes after them bid too long ago to be held to it.
MAX_ROUNDS = 3


class Subject(NamedTuple):
    """What a timer of one round is about, as ``{auction}:{round}`` or ``{auction}:{round}:{number}``."""

    auction_id: str
    round: int

    @classmethod
    def read(cls, text: str) -> Subject:
        auction_id, number, *_ = text.split(":")
        return cls(auction_id, int(number))


async def offer(
    firing: Firing, terms: AuctionSettings, auction: Auction, user_id: str, amount: int, now: datetime
) -> None:
    """Offer the post of an auction that the caller has locked to ``user_id`` for what they bid."""
    due_at = now + timedelta(seconds=terms.payment_period)
    offered = replace(
        auction,
        status="awaiting_payment",
        round=auction.round + 1,
        winner_id=user_id,
        price=amount,
        payment_due_at=due_at,
        closed_at=auction.closed_at or now,
    )
    await auctions.save(firing.connection, offered)
    row = {
        "auction_id": auction.id,
        "round": offered.round,
        "user_id": user_id,
        "amount": amount,
        "offered_at": now,
        "due_at": due_at,
    }
    await firing.connection.execute(tables.offer.insert().values(row))
    await _set_timers(firing, terms, offered, due_at)
    await notify_auction_ended(auction.post_id, winner_id=user_id, amount=amount, session=firing.connection)
    await send_notification(
        user_id,
        wording.won(offered, due_at),
        idempotency_key=_key(offered),
        session=firing.connection,
    )


async def next_bidder(connection: AsyncConnection, auction: Auction) -> tuple[str, int] | None:
    """Who has bid most of those to whom it was not offered yet, and how much."""
    if auction.round >= MAX_ROUNDS:
        return None
    bid, offered = tables.bid.c, tables.offer.c
    before = select(offered.user_id).where(offered.auction_id == auction.id)
    highest = func.max(bid.amount)
    statement = (
        select(bid.user_id, highest)
        .where(bid.auction_id == auction.id, bid.user_id.not_in(before))
        .group_by(bid.user_id)
        .order_by(highest.desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def _set_timers(firing: Firing, terms: AuctionSettings, auction: Auction, due_at: datetime) -> None:
    subject = f"{auction.id}:{auction.round}"
    await set_timer(firing.connection, DUE, subject, due_at, new_id=firing.new_id)
    for number, before in enumerate(terms.reminded_before, 1):
        at = due_at - timedelta(seconds=before)
        await set_timer(firing.connection, REMINDER, f"{subject}:{number}", at, new_id=firing.new_id)


def _key(auction: Auction) -> str:
    """The first win has the natural key of its type; each further round is an occurrence of its own."""
    key = f"AUCTION_WON:{auction.id}"
    return key if auction.round == 1 else f"{key}:{auction.round}"
