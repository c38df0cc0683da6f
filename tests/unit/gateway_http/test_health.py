"""Health, readiness and metrics over Starlette's own test client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from fanwire.errors import BrokerUnavailable
from fanwire.gateway import readiness as readiness_module
from fanwire.gateway.health import health_routes
from fanwire.gateway.metrics import Figure, metrics_route
from fanwire.gateway.readiness import NotReady, Readiness

from .conftest import Response, ask


async def fine() -> None:
    """Nothing is wrong."""


async def get(app: Starlette, path: str) -> Response:
    response = await ask(app, path, method="GET")
    assert response is not None
    return response


def site(readiness: Readiness) -> Starlette:
    return Starlette(routes=health_routes(readiness))


@pytest.mark.parametrize("path", ["/healthz", "/health"])
async def test_a_process_that_answers_lives(path: str) -> None:
    async def broken() -> None:
        raise NotReady("no")

    response = await get(site(Readiness({"database": broken})), path)
    assert (response.status, response.json()) == (200, {"status": "ok"})


async def test_ready_when_every_check_passes() -> None:
    response = await get(site(Readiness({"database": fine, "broker": fine})), "/readyz")
    assert response.status == 200
    assert response.json() == {"status": "ready", "checks": {"database": "ok", "broker": "ok"}}
    assert response.headers["cache-control"] == "no-store"


async def test_not_ready_with_the_reason_of_each_check_and_without_its_secrets() -> None:
    async def lagging() -> None:
        raise NotReady("the oldest of 3 events waits for 99 s")

    async def database_down() -> None:
        raise OperationalError("SELECT", {}, Exception("host 10.0.0.1 user fanwire"))

    async def broker_down() -> None:
        raise BrokerUnavailable("redis at 10.0.0.2")

    checks = {"relay": lagging, "database": database_down, "broker": broker_down, "other": fine}
    response = await get(site(Readiness(checks)), "/readyz")
    assert response.status == 503
    body = response.json()
    assert body["status"] == "not ready"
    assert body["checks"]["relay"] == "the oldest of 3 events waits for 99 s"
    assert body["checks"]["other"] == "ok"
    assert "10.0.0" not in response.body.decode()


async def test_a_check_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness_module, "CHECK_TIMEOUT", 0.01)

    async def hangs() -> None:
        await asyncio.Event().wait()

    response = await get(site(Readiness({"database": hangs})), "/readyz")
    assert response.status == 503
    assert response.json()["checks"]["database"] == "no answer within 0.01 s"


async def test_draining_is_not_ready() -> None:
    readiness = Readiness({"database": fine})
    readiness.draining = True
    response = await get(site(readiness), "/readyz")
    assert response.status == 503
    assert "draining" in response.json()["checks"]["server"]


async def test_metrics_show_the_numbers_of_every_source() -> None:
    opened = 0

    def first() -> Iterator[Figure]:
        yield Figure("connections", "Open connections.", opened)

    def second() -> Iterator[Figure]:
        yield Figure("closes", "Closed connections.", 3, "counter", (("code", "3001"),))
        yield Figure("closes", "Closed connections.", 1, "counter", (("code", "3500"),))

    app = Starlette(routes=[metrics_route([first, second])])
    opened = 7
    response = await get(app, "/metrics")
    lines = response.body.decode().splitlines()
    assert response.headers["content-type"].startswith("text/plain")
    assert "fanwire_connections 7.0" in lines
    assert 'fanwire_closes_total{code="3001"} 3.0' in lines
    assert 'fanwire_closes_total{code="3500"} 1.0' in lines
    assert lines.count("# TYPE fanwire_closes_total counter") == 1
