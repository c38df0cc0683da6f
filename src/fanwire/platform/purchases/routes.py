"""/api/posts/{postId}/purchase"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from fanwire.platform.context import Paying, PostId
from fanwire.platform.openapi import refuses
from fanwire.platform.purchases.answers import PurchaseAnswer
from fanwire.platform.purchases.purchase import buy
from fanwire.platform.purchases.requests import NewPurchase

router = APIRouter(prefix="/api/posts/{postId}/purchase", tags=["purchases"])


@router.post("", response_model=PurchaseAnswer, responses=refuses(403, 404, 409))
async def purchase_post(post_id: PostId, body: NewPurchase, actor: Paying) -> Response:
    """Take a completed payment for a locked post. It opens at once, on every device of the buyer, without a reload."""
    return await actor.perform(partial(buy, post_id=post_id, body=body), body)
