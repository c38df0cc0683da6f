"""/api/webhooks/payments"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from fanwire.platform.body_limit import TOO_LARGE
from fanwire.platform.context import Context, Shared
from fanwire.platform.openapi import refuses
from fanwire.platform.payments import signature
from fanwire.platform.payments.inbound import Inbound
from fanwire.platform.payments.messages import WebhookAnswer, operation
from fanwire.platform.problems import Problem, Unavailable

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])


class NotConfigured(Unavailable):
    slug, title = "not-configured", "The webhook has no secret"


class BodyTooLarge(Problem):
    status, slug, title = TOO_LARGE, "content-too-large", "Content Too Large"


@router.post("/payments", response_model=WebhookAnswer, responses=refuses(403, 404, 409), openapi_extra=operation())
async def receive_payment_event(request: Request, shared: Shared) -> Response:
    """What the payment provider has to say, signed: `X-Payment-Signature: t=<unix seconds>,v1=<hex>`, the HMAC-SHA256
    of `<t>.<body>` with `platform.webhook_secret_key`. An event counts once by its `id`, in whatever order events
    come; 2xx means that it is stored. A kind that we do not know is answered with 200 and ignored.
    """
    body = await _verified(request, shared)
    outcome = await Inbound(shared.stage, shared.settings).receive(body)
    answer = WebhookAnswer(outcome=outcome).model_dump_json(by_alias=True)
    return Response(answer, media_type="application/json", background=shared.stage.sweeper.task())


async def _verified(request: Request, shared: Context) -> bytes:
    secret = shared.settings.webhook_secret_key.get_secret_value()
    if not secret:
        raise NotConfigured("Set platform.webhook_secret_key (FANWIRE_PLATFORM__WEBHOOK_SECRET_KEY) to receive events.")
    body = await _raw(request, shared.settings.webhook.body_size_limit)
    signature.verify(
        request.headers.get(signature.HEADER),
        body,
        secret,
        shared.stage.clock.wall(),
        shared.settings.webhook.tolerance,
    )
    return body


async def _raw(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise BodyTooLarge(f"An event may have {limit} bytes (platform.webhook.body_size_limit).")
    return bytes(body)
