"""/api/posts/{postId}/auction, /api/posts/{postId}/bids and /api/auctions"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from fanwire.clock import utc
from fanwire.platform import access, posts
from fanwire.platform.auctions import auction, bids, listing, paying
from fanwire.platform.auctions.answers import AuctionAnswer, AuctionPage, BidPage, PlacedBid
from fanwire.platform.auctions.requests import AuctionPayment, NewAuction, NewBid
from fanwire.platform.context import (
    Acting,
    After,
    Limit,
    Paying,
    PostId,
    Reading,
    Shared,
    Viewer,
    demand_client_payments,
)
from fanwire.platform.openapi import TOKEN_IS_OPTIONAL, refuses

router = APIRouter(tags=["auctions"])
_of_post = APIRouter(prefix="/api/posts/{postId}")


@router.get("/api/auctions", openapi_extra=TOKEN_IS_OPTIONAL)
async def list_auctions(
    connection: Reading, viewer: Viewer, shared: Shared, after: After, limit: Limit = 20
) -> AuctionPage:
    """Auctions on posts that the viewer may see, those that are over too; the one that ends last comes first."""
    now = await shared.stage.read_time(connection)
    return await listing.page(connection, viewer, now, limit, after)


@_of_post.post("/auction", status_code=201, response_model=AuctionAnswer, responses=refuses(403, 404, 409))
async def open_auction(post_id: PostId, body: NewAuction, actor: Acting) -> Response:
    """Put one's own post up for auction. It closes by itself; late bids move its end, up to `maxExtensions` times."""
    return await actor.perform(partial(auction.create, post_id=post_id, body=body), body, 201)


@_of_post.get("/auction", responses=refuses(403, 404), openapi_extra=TOKEN_IS_OPTIONAL)
async def read_auction(post_id: PostId, connection: Reading, viewer: Viewer, shared: Shared) -> AuctionAnswer:
    """The auction on a post, with the server's time to count down from."""
    post = await posts.find(connection, post_id)
    await access.demand(connection, post, viewer, utc(shared.stage.clock))
    found = await auction.find(connection, post_id)
    return found.answer(await shared.stage.read_time(connection))


@_of_post.post("/bids", status_code=201, response_model=PlacedBid, responses=refuses(403, 404, 409))
async def place_bid(post_id: PostId, body: NewBid, actor: Acting, shared: Shared) -> Response:
    """Bid: at least the highest bid and one step. A bid binds; who is outbid is told."""
    if body.deposit_payment_id is not None:
        demand_client_payments(shared)
    return await actor.perform(partial(bids.place, post_id=post_id, body=body), body, 201)


@_of_post.get("/bids", responses=refuses(403, 404), openapi_extra=TOKEN_IS_OPTIONAL)
async def list_bids(
    post_id: PostId,
    connection: Reading,
    viewer: Viewer,
    shared: Shared,
    limit: Limit = 20,
    below: Annotated[int | None, Query(alias="cursor", ge=1, le=2**31 - 1, description="The nextCursor before")] = None,
) -> BidPage:
    """Bids, the highest first."""
    post = await posts.find(connection, post_id)
    await access.demand(connection, post, viewer, utc(shared.stage.clock))
    return await bids.page(connection, await auction.find(connection, post_id), limit, below)


@_of_post.post("/auction/pay", response_model=AuctionAnswer, responses=refuses(403, 404, 409))
async def pay_auction(post_id: PostId, body: AuctionPayment, actor: Paying) -> Response:
    """Take the winner's completed payment, which opens the post to them for good."""
    return await actor.perform(partial(paying.pay, post_id=post_id, body=body), body)


router.include_router(_of_post)
