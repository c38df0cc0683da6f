"""``/healthz`` (the process lives), ``/health`` (Centrifugo's name for it) and ``/readyz`` (it may be used)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fanwire.gateway.readiness import Readiness, ready

# A cached answer would keep traffic on a server that has just gone down.
_HEADERS = {"cache-control": "no-store"}


def health_routes(readiness: Readiness) -> list[Route]:
    """The three routes. None needs a key; none says more than which part does not answer."""

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_HEADERS)

    async def usable(_: Request) -> Response:
        report = await readiness.report()
        good = ready(report)
        body = {"status": "ready" if good else "not ready", "checks": report}
        return JSONResponse(body, status_code=200 if good else 503, headers=_HEADERS)

    return [Route("/healthz", alive), Route("/health", alive), Route("/readyz", usable)]
