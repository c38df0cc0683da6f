"""/api/tips"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from fanwire.platform.context import Acting, After, Limit, Me, Paying, Reading, Shared
from fanwire.platform.openapi import refuses
from fanwire.platform.requests import Id
from fanwire.platform.tips import listing, tip
from fanwire.platform.tips.answers import TipAnswer, TipPage
from fanwire.platform.tips.requests import NewTip

router = APIRouter(prefix="/api/tips", tags=["tips"])

TipId = Annotated[Id, Path(alias="tipId", examples=["0199a1b5-0000-7000-8000-000000000003"])]


@router.get("")
async def list_tips(me: Me, connection: Reading, after: After, limit: Limit = 20) -> TipPage:
    """The tips one has received, newest first, and their sums."""
    return await listing.page(connection, me, limit, after)


@router.post("", status_code=201, response_model=TipAnswer, responses=refuses(403, 404, 409))
async def give_tip(body: NewTip, actor: Paying, shared: Shared) -> Response:
    """Take a completed payment as a tip. One payment is one tip, and one notification."""
    return await actor.perform(partial(tip.give, body=body, limits=shared.settings.tips), body, 201)


@router.post("/{tipId}/refund", response_model=TipAnswer, responses=refuses(403, 404))
async def refund_tip(tip_id: TipId, actor: Acting) -> Response:
    """Give a tip back, as who received it. Its notification goes."""
    return await actor.perform(partial(tip.refund, tip_id=tip_id))
