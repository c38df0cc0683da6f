"""An auction: what it is, making one, finding one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.events.posts import notify_post_updated
from fanwire.platform import posts
from fanwire.platform.act import Act
from fanwire.platform.auctions import tables
from fanwire.platform.auctions.answers import AuctionAnswer
from fanwire.platform.auctions.problems import AuctionExists
from fanwire.platform.auctions.requests import NewAuction
from fanwire.platform.problems import Invalid, Missing
from fanwire.platform.rows import insert_new
from fanwire.platform.timers import set_timer

CLOSE = "auction_close"

_COLUMNS = tables.auction.c


@dataclass(frozen=True)
class Auction:
    """One row of ``platform_auction``."""

    id: str
    post_id: str
    seller_id: str
    currency: str
    start_price: int
    min_step: int
    deposit: int
    anti_snipe: int
    max_extensions: int
    created_at: datetime
    ends_at: datetime
    status: str = "active"
    extensions: int = 0
    seq: int = 0
    price: int | None = None
    leader_id: str | None = None
    round: int = 0
    winner_id: str | None = None
    payment_due_at: datetime | None = None
    payment_id: str | None = None
    closed_at: datetime | None = None

    @property
    def minimum_bid(self) -> int:
        return self.start_price if self.price is None else self.price + self.min_step

    def answer(self, now: datetime) -> AuctionAnswer:
        over = now >= self.ends_at
        closing = self.status == "active" and over
        return AuctionAnswer.model_validate(
            {
                **vars(self),
                "status": "closing" if closing else self.status,
                "bids_count": self.seq,
                "minimum_bid": None if over or self.status != "active" else self.minimum_bid,
                "server_now": now,
            }
        )


async def create(act: Act, post_id: str, body: NewAuction) -> AuctionAnswer:
    """Open an auction on one's own post; a timer closes it.

    Raises:
        Missing: there is no such post, or it is deleted.
        Forbidden: it is somebody else's.
        Invalid: the end is in the past.
        AuctionExists: the post has one, or has had one.
    """
    # Held, for it is told of below: an edit that comes first is in it, one that comes later is told after it.
    post = await posts.hold_own(act, post_id, "auction")
    now = await act.server_now()
    if body.ends_at <= now:
        raise Invalid(f"endsAt: {body.ends_at:%Y-%m-%dT%H:%M:%SZ} has passed; an auction ends in the future.")
    auction = Auction(
        id=act.new_id(), post_id=post_id, seller_id=act.user.id, created_at=now, **body.model_dump(mode="python")
    )
    if not await insert_new(act.connection, tables.auction, vars(auction)):
        raise AuctionExists(f"A post is sold once. GET /api/posts/{post_id}/auction shows its auction.")
    await set_timer(act.connection, CLOSE, auction.id, auction.ends_at, new_id=act.new_id)
    # There is something new on the post: who looks at it asks for its auction.
    await notify_post_updated(post, session=act.connection)
    return auction.answer(now)


async def find(connection: AsyncConnection, post_id: str) -> Auction:
    """Raises: Missing."""
    row = (await connection.execute(select(tables.auction).where(_COLUMNS.post_id == post_id))).one_or_none()
    if row is None:
        raise _missing(post_id)
    return Auction(**row._mapping)


async def lock_of_post(connection: AsyncConnection, post_id: str) -> Auction:
    """The auction on a post, held until the end of the transaction: its bids, its end and its payment queue here.

    Raises:
        Missing: there is none.
    """
    statement = select(tables.auction).where(_COLUMNS.post_id == post_id).with_for_update(key_share=True)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise _missing(post_id)
    return Auction(**row._mapping)


async def lock(connection: AsyncConnection, auction_id: str) -> Auction | None:
    """The same by the auction's id, for timers."""
    statement = select(tables.auction).where(_COLUMNS.id == auction_id).with_for_update(key_share=True)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Auction(**row._mapping)


async def lock_paid_by(connection: AsyncConnection, payment_id: str) -> Auction | None:
    """The same by the payment of its price."""
    statement = select(tables.auction).where(_COLUMNS.payment_id == payment_id).with_for_update(key_share=True)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Auction(**row._mapping)


async def save(connection: AsyncConnection, auction: Auction) -> None:
    """Write what may have changed of an auction that the caller has locked."""
    fixed = {"id", "post_id", "seller_id", "created_at"}
    changed = {name: value for name, value in vars(auction).items() if name not in fixed}
    await connection.execute(update(tables.auction).where(_COLUMNS.id == auction.id).values(changed))


def _missing(post_id: str) -> Missing:
    return Missing(f"There is no auction on post '{post_id}'; its author opens one: POST /api/posts/{post_id}/auction.")
