"""/api/flash-sales"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from fanwire.platform.answers import Success
from fanwire.platform.context import Acting, After, Limit, Reading, Shared, demand_client_payments
from fanwire.platform.flash_sales import listing, redemption, sale
from fanwire.platform.flash_sales.answers import RedemptionAnswer, SaleAnswer, SalePage
from fanwire.platform.flash_sales.requests import NewRedemption, NewSale, SaleStatus
from fanwire.platform.openapi import TOKEN_IS_OPTIONAL, refuses
from fanwire.platform.requests import Id

router = APIRouter(prefix="/api/flash-sales", tags=["flash sales"])
SaleId = Annotated[Id, Path(alias="saleId", examples=["0199a1b6-0000-7000-8000-000000000004"])]


@router.post("", status_code=201, response_model=SaleAnswer, responses=refuses(403, 404, 409))
async def create_flash_sale(body: NewSale, actor: Acting) -> Response:
    """Plan a sale of a subscription tier, or of one of one's own posts. Start and end are told by themselves."""
    return await actor.perform(partial(sale.create, body=body), body, 201)


@router.get("", openapi_extra=TOKEN_IS_OPTIONAL)
async def list_flash_sales(
    connection: Reading,
    shared: Shared,
    after: After,
    limit: Limit = 20,
    creator_id: Annotated[Id | None, Query(alias="creatorId", description="Only this creator's sales")] = None,
    status: Annotated[SaleStatus | None, Query(description="Left out: both")] = None,
) -> SalePage:
    """Sales that run or are planned; the one that ends first comes first."""
    now = await shared.stage.read_time(connection)
    return await listing.page(connection, now, limit, after, creator_id=creator_id, status=status)


@router.post("/{saleId}/redeem", response_model=RedemptionAnswer, responses=refuses(403, 404, 409))
async def redeem_flash_sale(sale_id: SaleId, body: NewRedemption, actor: Acting, shared: Shared) -> Response:
    """Reserve one for ten minutes, or (with `paymentId`) pay for it, which opens what is sold. One per user."""
    if body.payment_id is not None:
        demand_client_payments(shared)
    return await actor.perform(partial(redemption.redeem, sale_id=sale_id, body=body), body)


@router.delete("/{saleId}/redeem", response_model=Success, responses=refuses(404, 409))
async def give_back_redemption(sale_id: SaleId, actor: Acting) -> Response:
    """Give an unpaid reservation back, for the next one to have."""
    return await actor.perform(partial(redemption.give_back, sale_id=sale_id))
