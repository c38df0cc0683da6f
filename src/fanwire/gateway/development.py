"""Settings of a development server: nothing to configure, nothing that would be safe in production."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanwire.configuration import load
from fanwire.gateway.data_directory import API_KEY, TOKEN_SECRET, WEBHOOK_SECRET, DataDirectory
from fanwire.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def development_settings(
    directory: DataDirectory, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None
) -> Settings:
    """Settings over the database and the secrets in ``directory``; the environment may replace any of them."""
    settings = load(environ=environ, overrides={**(overrides or {}), "environment": "development"})
    given = settings.client.token.hmac_secret_key.get_secret_value()
    key = settings.http_api.key.get_secret_value()
    webhook = settings.platform.webhook_secret_key.get_secret_value()
    return load(
        environ=environ,
        overrides={
            "database.url": settings.database.url.get_secret_value() or directory.database_url,
            **(overrides or {}),
            "environment": "development",
            "client.token.hmac_secret_key": directory.secret(TOKEN_SECRET, given),
            "http_api.key": directory.secret(API_KEY, key),
            "platform.webhook_secret_key": directory.secret(WEBHOOK_SECRET, webhook),
        },
    )


def own_origins(host: str, port: int) -> tuple[str, ...]:
    """The origins from which a page of this server itself connects."""
    named = () if host in {"0.0.0.0", "::", ""} else (host,)  # noqa: S104 - compared, not bound
    return tuple(f"http://{name}:{port}" for name in dict.fromkeys((*LOOPBACK, *named)))
