"""/api/subscriptions"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from fanwire.clock import utc
from fanwire.platform.context import Acting, After, Limit, Me, Paying, Reading, Shared
from fanwire.platform.openapi import refuses
from fanwire.platform.requests import Id, NewPayment
from fanwire.platform.subscriptions import changing, listing, paying
from fanwire.platform.subscriptions.answers import SubscriptionAnswer, SubscriptionPage
from fanwire.platform.subscriptions.requests import Cancellation, Renewal, TierChange

router = APIRouter(prefix="/api/subscriptions", tags=["subscriptions"])

SubscriptionId = Annotated[Id, Path(alias="subscriptionId", examples=["0199a1b4-0000-7000-8000-000000000002"])]


@router.get("")
async def list_subscriptions(
    me: Me, connection: Reading, shared: Shared, after: After, limit: Limit = 20
) -> SubscriptionPage:
    """One's own subscriptions, newest first; `status` and `isActive` follow `validUntil`."""
    return await listing.page(connection, me, utc(shared.stage.clock), limit, after)


@router.post("/process-payment", response_model=SubscriptionAnswer, responses=refuses(403, 404, 409))
async def process_payment(body: NewPayment, actor: Paying) -> Response:
    """Take a completed payment: subscribe for thirty days, or prolong what runs by thirty more."""
    return await actor.perform(partial(paying.pay, body=body), body)


@router.post("/{subscriptionId}/renew", response_model=SubscriptionAnswer, responses=refuses(403, 404, 409))
async def renew_subscription(subscription_id: SubscriptionId, body: Renewal, actor: Paying) -> Response:
    """Take a payment for thirty more days of a running subscription. A cancellation is undone by it."""
    return await actor.perform(partial(paying.renew, subscription_id=subscription_id, body=body), body)


@router.post("/{subscriptionId}/cancel", response_model=SubscriptionAnswer, responses=refuses(404, 409))
async def cancel_subscription(subscription_id: SubscriptionId, body: Cancellation, actor: Acting) -> Response:
    """Do not renew: it stays open until `validUntil`. With `immediately` it ends now."""
    return await actor.perform(partial(changing.cancel, subscription_id=subscription_id, body=body), body)


@router.post("/{subscriptionId}/refund", response_model=SubscriptionAnswer, responses=refuses(403, 404, 409))
async def refund_subscription(subscription_id: SubscriptionId, actor: Acting) -> Response:
    """Give the money back, as the creator. Access ends at once."""
    return await actor.perform(partial(changing.refund, subscription_id=subscription_id))


@router.post("/{subscriptionId}/upgrade", response_model=SubscriptionAnswer, responses=refuses(404, 409))
async def upgrade_subscription(subscription_id: SubscriptionId, body: TierChange, actor: Paying) -> Response:
    """Move to a higher tier for the time that is paid."""
    return await actor.perform(partial(changing.upgrade, subscription_id=subscription_id, body=body), body)


@router.post("/{subscriptionId}/downgrade", response_model=SubscriptionAnswer, responses=refuses(404, 409))
async def downgrade_subscription(subscription_id: SubscriptionId, body: TierChange, actor: Acting) -> Response:
    """Move to a lower tier now. What only the higher tier opens is closed at once."""
    return await actor.perform(partial(changing.downgrade, subscription_id=subscription_id, body=body), body)
