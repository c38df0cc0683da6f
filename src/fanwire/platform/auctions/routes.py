"""/api/posts/{postId}/auction and /api/posts/{postId}/bids"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from fanwire.clock import utc
from fanwire.platform import access, posts
from fanwire.platform.auctions import auction, bids, paying
from fanwire.platform.auctions.answers import AuctionAnswer, BidPage, PlacedBid
from fanwire.platform.auctions.requests import AuctionPayment, NewAuction, NewBid
from fanwire.platform.context import Acting, Limit, Paying, PostId, Reading, Shared, Viewer, demand_client_payments
from fanwire.platform.openapi import TOKEN_IS_OPTIONAL, refuses

router = APIRouter(prefix="/api/posts/{postId}", tags=["auctions"])


@router.post("/auction", status_code=201, response_model=AuctionAnswer, responses=refuses(403, 404, 409))
async def open_auction(post_id: PostId, body: NewAuction, actor: Acting) -> Response:
    """Put one's own post up for auction. It closes by itself; late bids move its end, up to `maxExtensions` times."""
    return await actor.perform(partial(auction.create, post_id=post_id, body=body), body, 201)


@router.get("/auction", responses=refuses(403, 404), openapi_extra=TOKEN_IS_OPTIONAL)
async def read_auction(post_id: PostId, connection: Reading, viewer: Viewer, shared: Shared) -> AuctionAnswer:
    """The auction on a post, with the server's time to count down from."""
    post = await posts.find(connection, post_id)
    await access.demand(connection, post, viewer, utc(shared.stage.clock))
    found = await auction.find(connection, post_id)
    return found.answer(await shared.stage.read_time(connection))


@router.post("/bids", status_code=201, response_model=PlacedBid, responses=refuses(403, 404, 409))
async def place_bid(post_id: PostId, body: NewBid, actor: Acting, shared: Shared) -> Response:
    """Bid: at least the highest bid and one step. A bid binds; who is outbid is told."""
    if body.deposit_payment_id is not None:
        demand_client_payments(shared)
    return await actor.perform(partial(bids.place, post_id=post_id, body=body), body, 201)


@router.get("/bids", responses=refuses(403, 404), openapi_extra=TOKEN_IS_OPTIONAL)
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


@router.post("/auction/pay", response_model=AuctionAnswer, responses=refuses(403, 404, 409))
async def pay_auction(post_id: PostId, body: AuctionPayment, actor: Paying) -> Response:
    """Take the winner's completed payment, which opens the post to them for good."""
    return await actor.perform(partial(paying.pay, post_id=post_id, body=body), body)
