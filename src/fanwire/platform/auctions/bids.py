"""Bids: placed one after the other, listed from the highest down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.auctions import notify_auction_extended, notify_bid_placed
from fanwire.events.notifications import send_notification
from fanwire.platform import access, posts, tables
from fanwire.platform.act import Act
from fanwire.platform.auctions import auction as auctions
from fanwire.platform.auctions import deposits, rules, wording
from fanwire.platform.auctions.answers import BidAnswer, BidPage, PlacedBid
from fanwire.platform.auctions.auction import Auction
from fanwire.platform.auctions.requests import NewBid
from fanwire.platform.auctions.tables import bid as bid_table

_COLUMNS = bid_table.c


async def place(act: Act, post_id: str, body: NewBid) -> PlacedBid:
    """Bid. The author and whoever led before are told; those who watch see it.

    Raises:
        Missing: there is no such post or no auction on it.
        Forbidden: the post is locked to the caller.
        OwnAuction, AuctionEnded, AlreadyLeading, BidTooLow: see ``rules.accept``.
        DepositRequired, Conflict: see ``deposits.take``.
    """
    post = await posts.find(act.connection, post_id)
    await access.demand(act.connection, post, act.user.id, act.now)
    before = await auctions.lock_of_post(act.connection, post_id)
    # Only now: a bid that waited for the lock past the end is too late.
    now = await act.server_now()
    after = rules.accept(before, act.user.id, body.amount, now)
    await deposits.take(act, after, body.deposit_payment_id, now)
    bid = _bid(act, after, now)
    row = {"auction_id": after.id, **bid.model_dump(include={"id", "seq", "user_id", "amount", "at"})}
    await act.connection.execute(bid_table.insert().values(row))
    await auctions.save(act.connection, after)
    await _tell(act, before, after, bid)
    return PlacedBid(bid=bid, auction=after.answer(now))


def _bid(act: Act, auction: Auction, now: datetime) -> BidAnswer:
    return BidAnswer.model_validate(
        {
            "id": act.new_id(),
            "post_id": auction.post_id,
            "user_id": act.user.id,
            "nickname": act.user.nickname,
            "amount": auction.price,
            "currency": auction.currency,
            "seq": auction.seq,
            "at": now,
        }
    )


async def _tell(act: Act, before: Auction, after: Auction, bid: BidAnswer) -> None:
    await notify_bid_placed(after.post_id, bid, after.ends_at, session=act.connection)
    if after.ends_at != before.ends_at:
        await notify_auction_extended(after.post_id, after.ends_at, session=act.connection)
    told = {after.seller_id: wording.new_bid(after, bid.id, act.user.nickname)}
    if before.leader_id is not None:
        told[before.leader_id] = wording.outbid(after, bid.id, act.user.nickname)
    for user_id, notification in told.items():
        await send_notification(
            user_id,
            notification,
            actor=act.user.id,
            collapse_key=wording.collapse_key(after),
            session=act.connection,
        )


async def deposit(act: Act, post_id: str, payment_id: str) -> None:
    """The provider says that the caller's deposit is paid: their bids need not name it.

    Raises:
        Missing: there is no such post or no auction on it.
        OwnAuction, AuctionEnded: there is nothing to bid on.
        Conflict: the payment was used for something else.
    """
    await posts.find(act.connection, post_id)
    auction = await auctions.lock_of_post(act.connection, post_id)
    now = await act.server_now()
    rules.demand_open(auction, act.user.id, now)
    await deposits.take(act, auction, payment_id, now)


async def page(connection: AsyncConnection, auction: Auction, limit: int, below: int | None) -> BidPage:
    """At most ``limit`` bids of an auction, the highest first, from ``seq`` < ``below`` on."""
    statement = (
        select(_COLUMNS.id, _COLUMNS.user_id, tables.user.c.nickname, _COLUMNS.amount, _COLUMNS.seq, _COLUMNS.at)
        .join(tables.user, tables.user.c.id == _COLUMNS.user_id)
        .where(_COLUMNS.auction_id == auction.id)
        .order_by(_COLUMNS.seq.desc())
        .limit(limit + 1)
    )
    if below is not None:
        statement = statement.where(_COLUMNS.seq < below)
    found = (await connection.execute(statement)).all()
    same = {"post_id": auction.post_id, "currency": auction.currency}
    shown = [BidAnswer.model_validate({**row._mapping, **same}) for row in found[:limit]]
    return BidPage(bids=shown, next_cursor=shown[-1].seq if len(found) > limit else None)
