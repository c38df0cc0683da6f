"""The README's seven lines: gateway and relay inside a FastAPI app of somebody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import fanwire
from fanwire.auth.tokens import make_connection_token
from fanwire.clock import SystemClock
from fanwire.errors import ConfigurationError, NotConfigured
from fanwire.events.config import current
from fanwire.events.notifications import send_notification

README = Path(__file__).parents[3] / "README.md"


def readme_app() -> FastAPI:
    """The example as it stands in the README, run."""
    code = README.read_text().split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)
    app: FastAPI = names["app"]
    return app


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FANWIRE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FANWIRE_API_KEY", raising=False)
    return tmp_path / "data"


def test_an_endpoint_of_the_readme_reaches_a_socket(data: Path) -> None:
    with TestClient(readme_app()) as http:
        secret = (data / "token_secret").read_text().strip()
        token = make_connection_token("boris", secret=secret, clock=SystemClock())
        with http.websocket_connect("/connection/websocket") as socket:
            socket.send_json({"id": 1, "connect": {"token": token}})
            subs = socket.receive_json()["connect"]["subs"]
            assert subs["notifications:boris"]["data"]["unreadCount"] == 0
            assert http.post("/hello/boris").json()["status"] == "stored"
            push = socket.receive_json()["push"]
        assert push["channel"] == "notifications:boris"
        assert push["pub"]["data"]["notification"]["title"] == "Привет!"
        assert http.get("/readyz").status_code == 200
        assert http.get("/nothing").status_code == 404


def test_the_apps_own_routes_win_and_the_gateways_are_gone_afterwards() -> None:
    app = FastAPI(lifespan=fanwire.lifespan)
    app.get("/healthz")(lambda: {"mine": True})
    routes = list(app.router.routes)
    with TestClient(app) as http:
        assert http.get("/healthz").json() == {"mine": True}
        assert http.post("/events/send_notification", json={}).status_code == 401
    assert app.router.routes == routes
    assert current().target is None


def test_production_without_secrets_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANWIRE_ENVIRONMENT", "production")
    with pytest.raises(ConfigurationError, match="hmac_secret_key"), TestClient(readme_app()):
        pass


async def test_without_the_lifespan_strict_callers_are_told_what_to_do() -> None:
    with pytest.raises(NotConfigured, match=r"fanwire\.configure"):
        await send_notification("boris", {"type": "NEW_MESSAGE", "title": "x"}, strict=True)
