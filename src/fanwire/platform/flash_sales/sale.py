"""A flash sale: what it is, making one, finding one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import posts
from fanwire.platform.act import Act
from fanwire.platform.flash_sales import tables
from fanwire.platform.flash_sales.answers import SaleAnswer
from fanwire.platform.flash_sales.requests import NewSale
from fanwire.platform.problems import Forbidden, Invalid, Missing, NotForSale
from fanwire.platform.timers import set_timer

START, END = "flash_sale_start", "flash_sale_end"

_COLUMNS = tables.sale.c
FIELDS = (
    _COLUMNS.id,
    _COLUMNS.creator_id,
    _COLUMNS.post_id,
    _COLUMNS.tier,
    _COLUMNS.percent,
    _COLUMNS.price,
    _COLUMNS.currency,
    _COLUMNS.starts_at,
    _COLUMNS.ends_at,
    _COLUMNS.max_redemptions,
    _COLUMNS.redeemed,
    _COLUMNS.created_at,
    _COLUMNS.started_at,
    _COLUMNS.ended_at,
)


@dataclass(frozen=True)
class Sale:
    """One row of ``platform_flash_sale``; ``price`` is in minor units."""

    id: str
    creator_id: str
    post_id: str | None
    tier: str | None
    percent: int
    price: int | None
    currency: str | None
    starts_at: datetime
    ends_at: datetime
    max_redemptions: int
    redeemed: int
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def remaining(self) -> int:
        return self.max_redemptions - self.redeemed

    @property
    def discounted_price(self) -> int | None:
        return None if self.price is None else discounted(self.price, self.percent)

    def status(self, now: datetime) -> Literal["upcoming", "active", "ended"]:
        """By the time, whether the timers have told it yet or not."""
        if self.ended_at is not None or now >= self.ends_at:
            return "ended"
        return "upcoming" if now < self.starts_at else "active"

    def answer(self, now: datetime) -> SaleAnswer:
        known = {
            "remaining": self.remaining,
            "discounted_price": self.discounted_price,
            "status": self.status(now),
            "server_now": now,
        }
        return SaleAnswer.model_validate({**vars(self), **known})


def discounted(price: int, percent: int) -> int:
    """``price`` less ``percent``, in whole minor units; half a unit counts for the creator."""
    return (price * (100 - percent) + 50) // 100


async def create(act: Act, body: NewSale) -> SaleAnswer:
    """Plan a sale; its start and its end are told by timers.

    Raises:
        Forbidden: the caller is no creator, or the post is somebody else's.
        Missing: there is no such post, or it is deleted.
        NotForSale: the post is open, or has no price.
        Invalid: the end is in the past.
    """
    price, currency = await _for_sale(act, body)
    now = await act.server_now()
    starts_at = body.begins(now)
    if body.ends_at <= max(now, starts_at):
        raise Invalid(f"endsAt: {body.ends_at:%Y-%m-%dT%H:%M:%SZ} has passed; a sale ends in the future.")
    sale = Sale(
        id=act.new_id(),
        creator_id=act.user.id,
        post_id=body.post_id,
        tier=body.tier,
        percent=body.percent,
        price=price,
        currency=currency,
        starts_at=starts_at,
        ends_at=body.ends_at,
        max_redemptions=body.max_redemptions,
        redeemed=0,
        created_at=now,
    )
    await act.connection.execute(tables.sale.insert().values(vars(sale)))
    await set_timer(act.connection, START, sale.id, starts_at, new_id=act.new_id)
    await set_timer(act.connection, END, sale.id, sale.ends_at, new_id=act.new_id)
    return sale.answer(now)


async def _for_sale(act: Act, body: NewSale) -> tuple[int | None, str | None]:
    """The price of the post that is on sale, if it is a post."""
    if body.post_id is None:
        if not act.user.is_creator:
            raise Forbidden("Only a creator sells subscriptions; a user becomes one by publishing a post.")
        return None, None
    post = await posts.find(act.connection, body.post_id)
    if post.creator_id != act.user.id:
        raise Forbidden("Only its author may put a post on sale.")
    if not post.is_locked or not post.price:
        raise NotForSale("A post that is on sale is locked and has a price: PATCH /api/posts/{postId} sets both.")
    return post.price, post.currency


async def find(connection: AsyncConnection, sale_id: str) -> Sale:
    """Raises: Missing."""
    row = (await connection.execute(select(*FIELDS).where(_COLUMNS.id == sale_id))).one_or_none()
    if row is None:
        raise Missing(f"There is no flash sale '{sale_id}'. GET /api/flash-sales lists those there are.")
    return Sale(**row._mapping)


async def lock(connection: AsyncConnection, sale_id: str) -> Sale | None:
    """The sale, held until the end of the transaction."""
    row = (
        await connection.execute(select(*FIELDS).where(_COLUMNS.id == sale_id).with_for_update(key_share=True))
    ).one_or_none()
    return None if row is None else Sale(**row._mapping)
