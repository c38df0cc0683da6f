"""/api/subscriptions"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from fanwire.platform import subscriptions
from fanwire.platform.answers import SubscriptionAnswer
from fanwire.platform.context import Acting
from fanwire.platform.openapi import refuses
from fanwire.platform.requests import NewPayment

router = APIRouter(prefix="/api/subscriptions", tags=["subscriptions"])


@router.post("/process-payment", response_model=SubscriptionAnswer, responses=refuses(404, 409))
async def process_payment(body: NewPayment, actor: Acting) -> Response:
    """Take a completed payment: subscribe for thirty days, or prolong what runs by thirty more."""
    return await actor.perform(partial(subscriptions.pay, body=body), body)
